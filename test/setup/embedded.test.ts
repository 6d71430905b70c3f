import { afterEach, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Home, isRunning, until } from './launcher.js';

const OWN_SERVERS = { MONGODB_URI: '', REDIS_URL: '' };
const RUNNING = 'Ctrl-C stops everything';

let home: Home;
afterEach(() => home.remove());

/** Process of the node behind a port, by what it answers and what the launcher wrote down. */
async function nodeAt(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}`)).text();
}

function pidOf(mark: string): number {
  const file = join(home.dataDir, 'children.json');
  const children = JSON.parse(readFileSync(file, 'utf8')) as [number, string][];
  return children.find(([, each]) => each.includes(mark))?.[0] ?? 0;
}

describe('with servers of its own', () => {
  test('starts everything, says where it is, and Ctrl-C leaves nothing behind', async () => {
    home = await Home.make(OWN_SERVERS);
    const launcher = home.start();
    await launcher.prints(RUNNING);
    const children = home.children;
    expect(children).toHaveLength(5);
    expect(launcher.output).toContain(`http://localhost:${home.port}/?demo=buyer`);
    expect(launcher.output).toContain(`http://localhost:${home.port + 1}/?demo=seller`);
    expect(statSync(join(home.dataDir, 'keys/jwt.pem')).mode & 0o777).toBe(0o600);

    launcher.signal('SIGINT');
    // npm passes Ctrl-C on although the terminal has sent it already.
    launcher.signal('SIGINT');
    expect(await launcher.exit).toBe(0);
    expect(children.filter(isRunning)).toEqual([]);
  });

  test('mongod and redis that are killed come back with their data', async () => {
    home = await Home.make(OWN_SERVERS);
    const launcher = home.start();
    await launcher.prints(RUNNING);
    process.kill(pidOf('/mongo'), 'SIGKILL');
    await launcher.prints('mongod died (SIGKILL), starting it again');
    await launcher.prints('mongod is back');
    process.kill(pidOf('127.0.0.1:'), 'SIGKILL');
    await launcher.prints('redis died (SIGKILL), starting it again');
    await launcher.prints('redis is back');
    expect(await nodeAt(home.port)).toBe('node-1');
  });

  test('a launcher that is killed takes its children with it, and the next one starts', async () => {
    home = await Home.make(OWN_SERVERS);
    const first = home.start();
    await first.prints(RUNNING);
    const children = home.children;
    first.signal('SIGKILL');
    await until('the children are gone', () => !children.some(isRunning));
    const second = home.start();
    await second.prints(RUNNING);
  });
});

test('a gateway that is killed is named and comes back on its port while the other stays', async () => {
  home = await Home.make();
  const launcher = home.start();
  await launcher.prints(RUNNING);
  const before = new Set(home.children);
  for (const pid of before)
    if (readFileSync(`/proc/${pid}/environ`, 'utf8').includes('NODE_ID=node-2\0'))
      process.kill(pid, 'SIGKILL');
  await launcher.prints('node-2 died (SIGKILL), starting it again');
  await launcher.prints('node-2 is back');
  expect(home.children.filter((pid) => before.has(pid))).toHaveLength(2);
  expect(await nodeAt(home.port + 1)).toBe('node-2');
});

test('a gateway that cannot start ends the start with its last words', async () => {
  home = await Home.make();
  const launcher = home.start([], { STAND_IN_FAILS: 'node-2' });
  expect(await launcher.exit).toBe(1);
  expect(launcher.output).toContain('node-2 did not start: it ended (code 3)');
  expect(launcher.output).toContain('node-2 cannot work like this');
  expect(home.children).toEqual([]);
});

test('a second start in the same folder is refused', async () => {
  home = await Home.make();
  await home.start().prints(RUNNING);
  const second = home.start();
  expect(await second.exit).toBe(1);
  expect(second.output).toContain('already running');
});

test('a taken port is named before anything is started', async () => {
  home = await Home.make();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(home.port + 1, '127.0.0.1', resolve));
  try {
    const launcher = home.start();
    expect(await launcher.exit).toBe(1);
    expect(launcher.output).toContain(`Port ${home.port + 1} is taken`);
    expect(launcher.output).toMatch(/PORT=\d+ npm start/);
    expect(readdirSync(home.dataDir)).toEqual([]);
  } finally {
    other.close();
  }
});

test('beyond loopback it names what is missing and makes up nothing', async () => {
  home = await Home.make({ HOST: '0.0.0.0' });
  const launcher = home.start();
  expect(await launcher.exit).toBe(1);
  for (const name of ['JWT_KEYS', 'SMTP_URL', 'PUBLIC_URL'])
    expect(launcher.output).toContain(`${name}`);
  expect(launcher.output).not.toMatch(/^ {4}at /m);
  expect(readdirSync(home.dataDir)).toEqual([]);
});

test('a given server that does not answer is named, without its password', async () => {
  home = await Home.make();
  const launcher = home.start([], { REDIS_URL: 'redis://:hush@127.0.0.1:1' });
  expect(await launcher.exit).toBe(1);
  expect(launcher.output).toContain('REDIS_URL is set, but its Redis cannot be used');
  expect(launcher.output).not.toContain('hush');
});

describe('--reset', () => {
  test('without somebody to ask nothing is deleted', async () => {
    home = await Home.make();
    writeFileSync(join(home.dataDir, 'ports.json'), '{}');
    const launcher = home.start(['--reset']);
    expect(await launcher.exit).toBe(1);
    expect(launcher.output).toContain('--reset --yes');
    expect(readdirSync(home.dataDir)).toContain('ports.json');
  });

  test('deletes what an earlier start left, and starts', async () => {
    home = await Home.make();
    writeFileSync(join(home.dataDir, 'ports.json'), '{}');
    writeFileSync(join(home.dataDir, 'old'), '');
    await home.start(['--reset', '--yes']).prints(RUNNING);
    expect(readdirSync(home.dataDir)).not.toContain('old');
  });

  test('a folder that no start made is left alone', async () => {
    home = await Home.make();
    writeFileSync(join(home.dataDir, 'diary'), '');
    const launcher = home.start(['--reset', '--yes']);
    expect(await launcher.exit).toBe(1);
    expect(readdirSync(home.dataDir)).toEqual(['diary']);
  });
});
