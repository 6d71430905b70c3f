import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor, type ChildPlan } from '../../scripts/embedded/supervisor.js';
import { launchChild, type Child } from '../../scripts/servers/child.js';
import { freePort } from '../../scripts/servers/free-port.js';
import { Stage } from '../../scripts/servers/leash.js';
import { until } from './launcher.js';

const standIn = join(import.meta.dirname, 'stand-in-node.mjs');
let folder: string;
let supervisor: Supervisor;
let reports: string[];
let ended: string[];
let latest: Map<string, Child>;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haggle-supervisor-'));
  reports = [];
  ended = [];
  latest = new Map();
  now = 0;
  supervisor = new Supervisor({ report: (line) => reports.push(line), now: () => now });
});
afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true, force: true });
});

function plan(name: string, stage: Stage, env: Record<string, string> = {}): ChildPlan {
  return {
    name,
    stage,
    mark: standIn,
    launch: () => {
      const child = launchChild({
        name,
        command: process.execPath,
        args: [standIn],
        env: { NODE_ID: name, HOST: '127.0.0.1', PORT: '0', ...env },
        logFile: join(folder, `${name}.log`),
        stage,
        graceMs: 500,
        readiness: 'message',
        onLine: () => {},
      });
      latest.set(name, child);
      void child.exited.then(() => ended.push(name));
      return child;
    },
  };
}

/** Kills the child and waits until another one in its place is ready. */
async function killAndAwait(name: string): Promise<void> {
  const victim = latest.get(name);
  victim?.kill();
  await until(`${name} is started again`, () => latest.get(name) !== victim);
  await latest.get(name)?.ready;
}

test('who uses a server ends before the server', async () => {
  await supervisor.start(plan('mongod', Stage.Mongo));
  await supervisor.start(plan('redis', Stage.Redis));
  await supervisor.start(plan('node-1', Stage.Users, { STAND_IN_ENDS_AFTER_MS: '200' }));
  await supervisor.stop();
  expect(ended).toEqual(['node-1', 'redis', 'mongod']);
  expect(reports).toEqual([]);
});

test('the third death within a minute ends it, with the reason', async () => {
  await supervisor.start(plan('node-1', Stage.Users));
  await killAndAwait('node-1');
  await killAndAwait('node-1');
  latest.get('node-1')?.kill();
  const reason = await supervisor.gaveUp;
  expect(reason.message).toContain('node-1 died (SIGKILL): 3 deaths of it within a minute');
  expect(reason.message).toContain('node-1 is listening');
});

test('one that ends cleanly is started again, as often as it does', async () => {
  await supervisor.start(plan('node-1', Stage.Users));
  for (let end = 1; end <= 4; end += 1) {
    const before = latest.get('node-1');
    process.kill(before!.pid!, 'SIGTERM');
    await until('it is started again', () => latest.get('node-1') !== before);
    await latest.get('node-1')?.ready;
  }
  expect(reports.filter((line) => line === 'node-1 ended, starting it again')).toHaveLength(4);
});

test('each child is counted by itself', async () => {
  const names = ['node-1', 'node-2', 'worker'];
  for (const name of names) await supervisor.start(plan(name, Stage.Users));
  for (const name of [...names, ...names]) await killAndAwait(name);
  expect(reports.filter((line) => line.endsWith('starting it again'))).toHaveLength(6);
});

test('deaths that are further apart are forgiven', async () => {
  await supervisor.start(plan('node-1', Stage.Users));
  for (let death = 0; death < 4; death += 1) {
    await killAndAwait('node-1');
    now += 31_000;
  }
  expect(reports.filter((line) => line.endsWith('starting it again'))).toHaveLength(4);
});

test('one that asks for its end comes back a moment later, as often as it asks', async () => {
  const port = await freePort(31_000);
  const awayMs = 1;
  supervisor = new Supervisor({ report: (line) => reports.push(line), now: () => now, awayMs });
  await supervisor.start(plan('node-1', Stage.Users, { PORT: String(port) }));
  for (let end = 1; end <= 4; end += 1) {
    const victim = latest.get('node-1');
    await fetch(`http://127.0.0.1:${port}/dev/stop-node`).catch(() => undefined);
    await until('it is started again', () => latest.get('node-1') !== victim);
    await latest.get('node-1')?.ready;
  }
  const said = 'node-1 was stopped from its page and comes back';
  expect(reports.filter((line) => line === said)).toHaveLength(4);
});

test('one that is away is not started any more once everything stops', async () => {
  const port = await freePort(31_000);
  await supervisor.start(plan('node-1', Stage.Users, { PORT: String(port) }));
  await fetch(`http://127.0.0.1:${port}/dev/stop-node`).catch(() => undefined);
  await until('it is gone', () => reports.length > 0);
  await supervisor.stop();
  expect(ended).toEqual(['node-1']);
});

test('one that does not end when asked is killed', async () => {
  await supervisor.start(plan('node-1', Stage.Users, { STAND_IN_ENDS_AFTER_MS: '60000' }));
  await supervisor.stop();
  expect((await latest.get('node-1')?.exited)?.signal).toBe('SIGKILL');
});
