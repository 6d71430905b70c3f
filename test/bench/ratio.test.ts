import { expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import type { Phase } from '../../bench/load/orders.js';
import { haggle } from '../../bench/peers/haggle/peer.js';
import { tutorial } from '../../bench/peers/tutorial/peer.js';
import { findServers } from '../../bench/servers.js';
import { takeShortTurns, type Measured } from '../../bench/turn.js';

/** How many messages Haggle carries, at least, for the CPU time in which the tutorial stack carries one. */
const wanted = 5;
/**
 * From the second round on, this says enough. On a machine that gave a busy loop a quarter of a processor the ratio was
 * 5.8 to 7.1 where the rounds ended.
 */
const clearly = 5.5;
const mostRounds = 7;
/** Below this a turn measured a standstill and no stack. */
const fewestMessages = 200;

const saturation = (warmMs: number, measureMs: number): Phase => ({
  kind: 'closed',
  window: 2,
  warmMs,
  measureMs,
});

/** Other programs can only add to what a message costs (caches, stolen time), so the cheapest round tells the most. */
const cheapest = (rounds: Measured[]): number =>
  Math.min(...rounds.map(({ cpuMicros }) => cpuMicros));

const ratioOf = (rounds: Record<string, Measured[]>): number =>
  cheapest(rounds[tutorial.name]!) / cheapest(rounds[haggle.name]!);

/** CPU time is read from `/proc`. */
const onLinux = existsSync('/proc/self/stat') ? test : test.skip;

/**
 * The short form of `npm run bench`; `npm test` runs it when nothing else does. The CPU time of a message varies far less
 * than how many there are a second, and both stacks are up and take turns.
 */
onLinux(
  'at saturation a message takes far less CPU time than it takes the tutorial stack, and arrives once',
  async () => {
    const rounds = await takeShortTurns(await findServers(), [tutorial, haggle], {
      pairs: 120,
      warmUp: saturation(0, 8_000),
      phase: saturation(300, 2_500),
      rounds: mostRounds,
      enough: (taken) => taken[haggle.name]!.length > 1 && ratioOf(taken) >= clearly,
    });
    const [slow, fast] = [rounds[tutorial.name]!, rounds[haggle.name]!];
    for (const { messages, lost, twice, unanswered } of [...slow, ...fast]) {
      expect(messages).toBeGreaterThanOrEqual(fewestMessages);
      // A refusal is a clear answer and may come on a machine that stalls.
      expect({ lost, twice, unanswered }).toEqual({ lost: 0, twice: 0, unanswered: 0 });
    }
    const ratio = ratioOf(rounds);
    process.stderr.write(`${ratio.toFixed(1)} times\n`);
    expect(ratio).toBeGreaterThanOrEqual(wanted);
  },
  180_000,
);
