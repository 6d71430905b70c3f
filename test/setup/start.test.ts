import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { demoListings } from '../../scripts/seed/listings.js';
import { demoAccounts } from '../../src/users/demo-accounts.js';
import { callRest } from '../support/person.js';
import { Home, type Launcher } from './launcher.js';

let home: Home;
afterEach(() => home.remove());

/** Titles in the feed and how many photos each has, around the demo unless told otherwise, as the demo buyer gets them from the gateway. */
async function feedAt(port: number, query = 'near=37.556,126.905'): Promise<[string, number][]> {
  const url = `http://127.0.0.1:${port}/v1`;
  const buyer = demoAccounts.find(({ role }) => role === 'buyer');
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: buyer?.email, password: buyer?.password }),
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  const answer = await fetch(`${url}/listings?${query}&limit=50`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const { items } = (await answer.json()) as { items: { title: string; images?: object[] }[] };
  return items.map(({ title, images = [] }) => [title, images.length]);
}

/** `npm run seed` with these arguments, beside what runs in {@link home}. */
async function seed(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['scripts/seed-listings.mjs', ...args], {
    env: { PATH: process.env.PATH, DATA_DIR: home.dataDir },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [output] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, output };
}

test('npm start shows the demo listings on every gateway, and only once; more can be added', async () => {
  home = await Home.make({ MONGODB_URI: '', REDIS_URL: '', STAND_INS: 'off', SEED: 'on' });
  const shown = demoListings.map(({ title, pictures }) => [title, pictures.length]).reverse();
  for (const start of ['first', 'second']) {
    const launcher = home.start();
    await launcher.prints('Ctrl-C stops everything');
    expect(await feedAt(home.port)).toEqual(shown);
    expect(await feedAt(home.port + 1)).toEqual(shown);
    if (start === 'first') await stopsANode(launcher);
    if (start === 'second') await addsListings();
    launcher.signal('SIGINT');
    expect({ start, exit: await launcher.exit }).toEqual({ start, exit: 0 });
  }
  expect(await seed('--listings', '10')).toEqual({
    code: 1,
    output: expect.stringContaining('MONGODB_URI is missing'),
  });
}, 240_000);

/** Only a page of the node itself may, under a name of this machine. */
async function stopsANode(launcher: Launcher): Promise<void> {
  const url = `http://127.0.0.1:${home.port}`;
  const asks = (headers: Record<string, string>) =>
    callRest(url, 'POST', '/dev/stop-node', { headers }).then(({ status }) => status);
  expect(await asks({ origin: 'https://evil.example' })).toBe(403);
  expect(await asks({ origin: `http://127.0.0.1:${home.port + 1}` })).toBe(403);
  expect(await asks({ origin: url })).toBe(202);
  await launcher.prints('node-1 was stopped from its page and comes back');
  await launcher.prints('node-1 is back');
}

async function addsListings(): Promise<void> {
  expect(await seed('--listings', 'many')).toEqual({
    code: 1,
    output: expect.stringContaining('It takes a whole number'),
  });
  const { code, output } = await seed('--listings', '1200');
  expect([code, output]).toEqual([0, expect.stringContaining('100 % 1,200 of 1,200 listings')]);
  expect(await feedAt(home.port, 'sort=priceDesc')).toHaveLength(50);
  expect(await feedAt(home.port, `q=${encodeURIComponent('맥북')}`)).not.toHaveLength(0);
  expect(await seed('--messages', '700')).toEqual({
    code: 0,
    output: expect.stringContaining('100 % 700 of 700 messages'),
  });
}
