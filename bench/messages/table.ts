import { compare, middle, type Comparison } from '../comparison.js';
import type { Phase } from '../load/orders.js';
import { median } from '../measure/percentiles.js';
import { thisBuild } from '../peers/haggle/nodes.js';
import { haggleOf } from '../peers/haggle/peer.js';
import { bare } from '../peers/bare/peer.js';
import type { Bars } from '../plot.js';
import { prototype } from '../peers/prototype/peer.js';
import type { Peer } from '../peers/peer.js';
import { tinodeOf } from '../peers/tinode/peer.js';
import { findTinode } from '../peers/tinode/program.js';
import { tutorial } from '../peers/tutorial/peer.js';
import { least, most, partsOf, round, table, targetTable, type Target } from '../report.js';
import type { Run, Tabled } from '../run.js';
import type { Measured } from '../turn.js';

/** The figures of the two phases of the full benchmark; see docs/benchmarks.md. */
interface Figures {
  saturation: Measured;
  steady: Measured;
}

export interface MessageOptions {
  /** Names of peers in lower case; all without. */
  peers: string[] | undefined;
  rounds: number | undefined;
  pairs: number;
  /** Sends under way of each sender at saturation. */
  window: number;
  /** Messages a second at the steady rate. */
  rate: number;
  seconds: number | undefined;
}

/** What a message costs, from device to device, at saturation and at a steady rate. */
export async function messageTable(run: Run, options: MessageOptions): Promise<Tabled> {
  const { pairs, window, rate } = options;
  const rounds = options.rounds ?? (run.quick ? 1 : 4);
  const seconds = options.seconds ?? (run.quick ? 3 : 8);
  const measureMs = seconds * 1_000;
  const phases = {
    saturation: { kind: 'closed', window, warmMs: 4_000, measureMs },
    steady: { kind: 'open', rate, warmMs: 1_500, measureMs },
  } satisfies Record<string, Phase>;
  // Its accounts take long to make.
  const tinode = run.quick && !options.peers ? [] : await tinodeIfThere(options, run);
  const all = [bare, tutorial, ...tinode, prototype, ...run.builds.map(haggleOf)];
  const comparison = await compare(run.servers, {
    peers: all.filter(({ name }) => options.peers?.includes(kindOf(name)) ?? true),
    rounds,
    pairs,
    phases,
    progress: run.progress,
  });
  const conditions =
    `${rounds} rounds, medians; ${pairs} pairs, ${window} sends under way each at saturation, ` +
    `${rate} messages/s at the steady rate.`;
  const figures = figuresOf(comparison);
  const bars = (title: string, unit: string, pick: (one: Figures) => number): Bars => ({
    title,
    unit,
    bars: Object.entries(figures).map(([name, one]) => ({
      name,
      value: pick(one),
      own: name === thisBuild.name,
    })),
  });
  return {
    text: tables(comparison, figures, conditions),
    result: { rounds, pairs, phases, figures, eachRound: comparison.rounds },
    plot: {
      title: 'Messages a second and CPU time of a message, for each peer',
      charts: [
        bars(
          'Messages a second at saturation',
          '/s',
          ({ saturation }) => saturation.messagesPerSecond,
        ),
        bars('CPU time of a message at saturation', 'µs', ({ saturation }) => saturation.cpuMicros),
        bars(`CPU time of a message at ${rate} a second`, 'µs', ({ steady }) => steady.cpuMicros),
        bars(
          `Until the acknowledgement at ${rate} a second, median`,
          'ms',
          ({ steady }) => steady.ackMs.p50,
        ),
      ],
    },
  };
}

/** Tinode is only measured where it can be built; elsewhere a line says why it is not. */
async function tinodeIfThere({ peers }: MessageOptions, { progress }: Run): Promise<Peer[]> {
  if (peers && !peers.includes('tinode')) return [];
  try {
    return [tinodeOf(await findTinode(progress))];
  } catch (error) {
    progress(`Tinode is left out: ${(error as Error).message}`);
    return [];
  }
}

/** `haggle` for this build and for the one to compare with. */
const kindOf = (name: string): string => name.toLowerCase().split(' ')[0]!;

const figuresOf = ({ rounds }: Comparison): Record<string, Figures> =>
  Object.fromEntries(
    Object.entries(rounds).map(([peer, phases]) => [
      peer,
      { saturation: middle(phases['saturation']!), steady: middle(phases['steady']!) },
    ]),
  );

/**
 * Haggle's targets beside the measured values. A ratio to a peer is that of each round, and their median counts: rounds
 * are apart in time, and the machine's speed changes.
 */
function targets({ rounds }: Comparison, figures: Record<string, Figures>): Target[] {
  const haggle = figures[thisBuild.name];
  if (!haggle) return [];
  const against = (peer: string, phase: keyof Figures, pick: (one: Measured) => number) => {
    const others = rounds[peer]![phase]!;
    const own = rounds[thisBuild.name]![phase]!;
    return median(own.map((one, index) => pick(one) / pick(others[index]!)));
  };
  const speed = (one: Measured) => one.messagesPerSecond;
  const cpu = (one: Measured) => one.cpuMicros;
  const held: Target[] = [];
  if (rounds[tutorial.name]) {
    const { name } = tutorial;
    held.push(
      least(`messages/s at saturation ÷ ${name}`, against(name, 'saturation', speed), 7),
      most(`CPU per message at saturation ÷ ${name}`, against(name, 'saturation', cpu), 1 / 7),
      most(`CPU per message at the steady rate ÷ ${name}`, against(name, 'steady', cpu), 0.6),
    );
  }
  if (rounds[prototype.name]) {
    const { name } = prototype;
    const p50 = against(name, 'steady', ({ ackMs }) => ackMs.p50);
    const p99 = against(name, 'steady', ({ ackMs }) => ackMs.p99);
    held.push(
      least(`messages/s at saturation ÷ ${name}`, against(name, 'saturation', speed), 0.8),
      most(`CPU per message at saturation ÷ ${name}`, against(name, 'saturation', cpu), 1.25),
      most(`CPU per message at the steady rate ÷ ${name}`, against(name, 'steady', cpu), 1.2),
      most(`ack p50 at the steady rate ÷ ${name}`, p50, 1.5),
      most(`ack p99 at the steady rate ÷ ${name}`, p99, 2),
    );
  }
  const before = Object.keys(rounds).find((name) => name.startsWith(`${thisBuild.name} `));
  if (before)
    held.push(
      least(`messages/s at saturation ÷ ${before}`, against(before, 'saturation', speed), 1.7),
      most(`CPU per message at the steady rate ÷ ${before}`, against(before, 'steady', cpu), 0.75),
    );
  const { ackMs, deliveryMs } = haggle.steady;
  return [
    ...held,
    most('ack p50 at the steady rate, ms', ackMs.p50, 6),
    most('ack p99 at the steady rate, ms', ackMs.p99, 25),
    most('delivery p50 at the steady rate, ms', deliveryMs.p50, 6),
    most('delivery p99 at the steady rate, ms', deliveryMs.p99, 25),
    most('messages lost', haggle.saturation.lost + haggle.steady.lost, 0),
    most('messages twice', haggle.saturation.twice + haggle.steady.twice, 0),
  ];
}

/** Both tables in Markdown, for a terminal and for the page. */
function tables(
  comparison: Comparison,
  figures: Record<string, Figures>,
  conditions: string,
): string {
  const lines = Object.entries(figures).map(([peer, { saturation, steady }]) => [
    peer,
    round(saturation.messagesPerSecond),
    round(saturation.cpuMicros),
    partsOf(saturation),
    round(steady.messagesPerSecond),
    round(steady.cpuMicros),
    partsOf(steady),
    `${steady.ackMs.p50.toFixed(1)} / ${steady.ackMs.p99.toFixed(1)}`,
    `${steady.deliveryMs.p50.toFixed(1)} / ${steady.deliveryMs.p99.toFixed(1)}`,
    `${saturation.lost + steady.lost} / ${saturation.twice + steady.twice}`,
  ]);
  const head = [
    ...['peer', 'saturation: messages/s', 'CPU µs per message', 'of which'],
    ...['steady rate: messages/s', 'CPU µs per message', 'of which'],
    ...['ack p50 / p99 ms', 'delivery p50 / p99 ms', 'lost / twice'],
  ];
  const held = targets(comparison, figures);
  return [
    conditions,
    table(head, lines),
    ...(held.length > 0 ? [targetTable('Haggle', held)] : []),
  ].join('\n\n');
}
