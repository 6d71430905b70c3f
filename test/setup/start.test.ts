import { afterEach, expect, test } from '@jest/globals';
import { demoListings } from '../../scripts/seed/listings.js';
import { demoAccounts } from '../../src/users/demo-accounts.js';
import { Home } from './launcher.js';

let home: Home;
afterEach(() => home.remove());

/** Titles in the feed around the demo, as the demo buyer gets them from the gateway. */
async function feedAt(port: number): Promise<string[]> {
  const url = `http://127.0.0.1:${port}/v1`;
  const buyer = demoAccounts.find(({ role }) => role === 'buyer');
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: buyer?.email, password: buyer?.password }),
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  const answer = await fetch(`${url}/listings?near=37.556,126.905&limit=50`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const { items } = (await answer.json()) as { items: { title: string }[] };
  return items.map(({ title }) => title);
}

test('npm start shows the demo listings on every gateway, and only once', async () => {
  home = await Home.make({ MONGODB_URI: '', REDIS_URL: '', STAND_INS: 'off', SEED: 'on' });
  const titles = demoListings.map(({ title }) => title).reverse();
  for (const start of ['first', 'second']) {
    const launcher = home.start();
    await launcher.prints('Ctrl-C stops everything');
    expect(await feedAt(home.port)).toEqual(titles);
    expect(await feedAt(home.port + 1)).toEqual(titles);
    launcher.signal('SIGINT');
    expect({ start, exit: await launcher.exit }).toEqual({ start, exit: 0 });
  }
}, 90_000);
