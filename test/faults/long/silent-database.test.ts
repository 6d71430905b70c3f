import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { view } from '../../../src/contract/index.js';
import { within } from '../../support/eventually.js';
import { seeds } from '../../support/seeds.js';
import { cluster, crowd, isOver, set } from './set-under-load.js';

/** By which a request is answered whatever the database does: see `connectMongo`. */
const boundMs = 15_000;

/** Sends a message by REST, as one that a person wrote outside of the crowd; rejects when it is not answered in time. */
async function sender(seed: number) {
  const [someone, other] = crowd.pair(seed);
  const { id } = await someone.asksAbout(await other.lists());
  const path = `/v1/conversations/${id}/messages`;
  return (clientMessageId: string = randomUUID()) => {
    const body = { clientMessageId, text: '들리나요?' };
    return within('it is answered', someone.call<view.Problem>('POST', path, body), boundMs);
  };
}

test.each(seeds())(
  'the primary hangs under load, and wakes when there is another (seed %i)',
  async (seed) => {
    const sends = await sender(seed);
    const since = await crowd.isUnderLoad(seed);
    const old = await set.primary();
    set.hang(old);
    try {
      // Those that have begun when nobody knows of it, and while another is elected.
      const answers = await Promise.all(
        [0, 1_000, 2_000, 3_000, 4_000].map((ms) => wait(ms).then(() => sends())),
      );
      for (const { status } of answers) expect([201, 503]).toContain(status);
      await set.primary(old);
      await crowd.goesOn(1, 60_000);
    } finally {
      set.wake(old);
    }
    await isOver(13, seed, since);
  },
  180_000,
);

test.each(seeds())(
  'without a majority all is refused in time, and goes on by itself when there is one (seed %i)',
  async (seed) => {
    const sends = await sender(seed);
    const clientMessageId = randomUUID();
    const since = await crowd.isUnderLoad(seed);
    const primary = await set.primary();
    const others = [0, 1, 2].filter((member) => member !== primary);
    await Promise.all(others.map((member) => set.kill(member)));
    try {
      // The second finds a set without a primary, the first one that has not noticed yet.
      for (const _ of [1, 2]) {
        const answer = await sends(clientMessageId);
        expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      for (const { url } of cluster.gateways)
        expect((await fetch(`${url}/healthz`)).status).toBe(200);
    } finally {
      await Promise.all(others.map((member) => set.startAgain(member)));
    }
    await isOver(14, seed, since);
    const answer = await sends(clientMessageId);
    expect([200, 201]).toContain(answer.status);
  },
  180_000,
);
