import { expect, test } from '@jest/globals';
import { compare } from '../../bench/comparison.js';
import { haggle } from '../../bench/peers/haggle/peer.js';
import { tutorial } from '../../bench/peers/tutorial/peer.js';
import { findServers } from '../../bench/servers.js';

/**
 * The short form of `npm run bench`. A neighbour on the machine only ever slows a round down, so the best round of
 * each counts.
 */
test('at saturation two nodes carry at least five times the messages of the tutorial stack, each once', async () => {
  const { rounds } = await compare(await findServers(), {
    peers: [tutorial, haggle],
    rounds: 2,
    pairs: 100,
    phases: { saturation: { kind: 'closed', window: 2, warmMs: 2_000, measureMs: 3_000 } },
    afterglow: false,
  });
  const [slow, fast] = [rounds['tutorial']!['saturation']!, rounds['Haggle']!['saturation']!];
  for (const { refused, lost, twice, unanswered } of [...slow, ...fast])
    expect({ refused, lost, twice, unanswered }).toEqual({
      ...{ refused: 0, lost: 0, twice: 0, unanswered: 0 },
    });
  const best = (measured: typeof fast) => Math.max(...measured.map((one) => one.messagesPerSecond));
  expect(best(fast) / best(slow)).toBeGreaterThanOrEqual(5);
}, 240_000);
