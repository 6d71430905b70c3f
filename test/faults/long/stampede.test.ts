import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { signInMany } from '../../../bench/peers/haggle/people.js';
import { eventually } from '../../support/eventually.js';
import { tells } from '../../support/seeds.js';
import { signingKey } from '../../support/signing-key.js';
import { TestCluster } from '../../support/test-cluster.js';

/** `HERD=2000` for a machine that has less room. Each process here holds half of them. */
const devices = Number(process.env['HERD'] ?? 10_000);
const program = fileURLToPath(new URL('../../support/herd.mjs', import.meta.url));

let cluster: TestCluster;
const herds: { child: ChildProcess; ready: number; refused: number; cpuMs: number }[] = [];

beforeAll(async () => {
  // The devices are as near as can be: so many in hand at once are as fast as any more.
  cluster = await TestCluster.start({ gateways: 2, env: { LIMIT_HANDSHAKES_AT_ONCE: '64' } });
}, 60_000);

afterAll(async () => {
  for (const { child } of herds) child.disconnect();
  await cluster?.stop();
}, 60_000);

const sum = (of: 'ready' | 'refused' | 'cpuMs') => herds.reduce((all, herd) => all + herd[of], 0);

const metric = async (url: string, name: string): Promise<number> => {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^haggle_${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(page)![1]);
};

test('all sockets of a killed gateway come back to another at once: it takes what it can, and its loop goes on', async () => {
  const [first, second] = cluster.gateways;
  const people = await cluster.inspect((connection) => signInMany(connection, signingKey, devices));
  const tokens = people.map(({ token }) => token);
  for (const part of [0, 1]) {
    const herd = { child: fork(program, { execArgv: [] }), ready: 0, refused: 0, cpuMs: 0 };
    herds.push(herd);
    herd.child.on('message', (told: object) => Object.assign(herd, told));
    const half = tokens.filter((_, index) => index % 2 === part);
    herd.child.send({ port: first!.port, tokens: half });
  }
  await eventually('all are connected', () => sum('ready') === devices, 240_000);
  const [refusedBefore, cpuBefore] = [sum('refused'), sum('cpuMs')];
  for (const { child } of herds) child.send({ port: second!.port });
  // Reading it begins another stretch of time.
  await metric(second!.url, 'nodejs_eventloop_lag_max_seconds');
  const since = performance.now();
  await first!.kill();
  let worstLag = 0;
  const back: string[] = [];
  await eventually(
    'all are back',
    async () => {
      const lag = await metric(second!.url, 'nodejs_eventloop_lag_max_seconds');
      worstLag = Math.max(worstLag, lag);
      const seconds = Math.round((performance.now() - since) / 1_000);
      back.push(
        `${seconds} s: ${sum('ready')} back, ${sum('refused') - refusedBefore} refused, lag ${lag}`,
      );
      return sum('ready') === devices && performance.now() - since > 1_000;
    },
    240_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${back.filter((_, index) => index % 20 === 0).join('\n')}`);
  });
  tells({
    row: 23,
    repairMs: Math.round(performance.now() - since),
    refused: sum('refused') - refusedBefore,
    worstLagMs: Math.round(worstLag * 1_000),
    // What of it is the making of so many devices on the same machine.
    devicesCpuMs: Math.round(sum('cpuMs') - cpuBefore),
    gatewayCpuMs: Math.round((await metric(second!.url, 'process_cpu_seconds_total')) * 1_000),
  });
  expect(second!.unexpectedEnds).toEqual([]);
  expect(worstLag).toBeLessThan(1);
  // Those that it could not take in hand at once were told to come again.
  expect(await metric(second!.url, 'handshakes_refused_total')).toBeGreaterThan(0);
}, 530_000);
