import type { Phase } from './load/orders.js';
import { median } from './measure/percentiles.js';
import type { Peer } from './peers/peer.js';
import type { Servers } from './ground.js';
import { takeTurn, type Measured } from './turn.js';

export interface Comparison {
  /** By name of peer and phase, with one entry per round. */
  rounds: Record<string, Record<string, Measured[]>>;
}

/**
 * Measures the peers one after another, round after round, every other round in the opposite order: a disturbance of the
 * machine then affects all of them, and ratios within one run are meaningful where the figures alone are not.
 */
export async function compare(
  servers: Servers,
  options: {
    peers: Peer[];
    rounds: number;
    pairs: number;
    phases: Record<string, Phase>;
    progress?: (line: string) => void;
  },
): Promise<Comparison> {
  const rounds: Comparison['rounds'] = {};
  const names = Object.keys(options.phases);
  for (let round = 1; round <= options.rounds; round += 1)
    // What the machine has left may depend on who was measured just before.
    for (const peer of round % 2 ? options.peers : options.peers.toReversed()) {
      const measured = await takeTurn(servers, peer, {
        ...options,
        phases: Object.values(options.phases),
      });
      measured.forEach((one, index) => {
        ((rounds[peer.name] ??= {})[names[index]!] ??= []).push(one);
        options.progress?.(`round ${round}, ${peer.name}, ${names[index]}: ${inWords(one)}`);
      });
    }
  return { rounds };
}

/** The median of the rounds, figure by figure. */
export function middle(rounds: readonly Measured[]): Measured {
  const of = (pick: (one: Measured) => number) => median(rounds.map(pick));
  const sum = (pick: (one: Measured) => number) => rounds.reduce((all, one) => all + pick(one), 0);
  const parts = Object.keys(rounds[0]!.cpuByPart);
  return {
    messagesPerSecond: of((one) => one.messagesPerSecond),
    sentPerSecond: of((one) => one.sentPerSecond),
    ackMs: { p50: of((one) => one.ackMs.p50), p99: of((one) => one.ackMs.p99) },
    deliveryMs: { p50: of((one) => one.deliveryMs.p50), p99: of((one) => one.deliveryMs.p99) },
    cpuMicros: of((one) => one.cpuMicros),
    cpuByPart: Object.fromEntries(parts.map((part) => [part, of((one) => one.cpuByPart[part]!)])),
    generatorShare: of((one) => one.generatorShare),
    // What must not happen is summed up and not averaged away.
    messages: sum((one) => one.messages),
    sent: sum((one) => one.sent),
    refused: sum((one) => one.refused),
    refusedForGood: sum((one) => one.refusedForGood),
    lost: sum((one) => one.lost),
    twice: sum((one) => one.twice),
    repeated: sum((one) => one.repeated),
    unanswered: sum((one) => one.unanswered),
  };
}

function inWords(one: Measured): string {
  const { messagesPerSecond, ackMs, deliveryMs, cpuMicros, cpuByPart, generatorShare } = one;
  const parts = Object.entries(cpuByPart).map(([part, micros]) => `${part} ${micros.toFixed(0)}`);
  const wrong = (['lost', 'twice', 'refused', 'unanswered', 'repeated'] as const)
    .filter((what) => one[what] > 0)
    .map((what) => `, ${one[what]} ${what}`);
  return (
    `${messagesPerSecond.toFixed(0)}/s, ack ${ackMs.p50.toFixed(1)} / ${ackMs.p99.toFixed(1)} ms, ` +
    `delivery ${deliveryMs.p50.toFixed(1)} / ${deliveryMs.p99.toFixed(1)} ms, CPU ${cpuMicros.toFixed(0)} µs ` +
    `(${parts.join(', ')}), generator ${(generatorShare * 100).toFixed(0)} %${wrong.join('')}`
  );
}
