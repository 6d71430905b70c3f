import { round, table } from '../report.js';
import type { Step } from './step.js';

/** What is assumed of ten million people; everything else is measured. */
export const assumed = {
  monthly: 10_000_000,
  /** The share that comes on a day, with so many minutes each. */
  daily: 0.3,
  minutes: 20,
  /** The busiest hour, compared with the mean hour of the day. */
  peak: 3,
  /** Cores of a machine are planned to be used so far, so that a node may fail and a peak may come. */
  use: 0.5,
  mongoCores: 16,
} as const;

const { monthly, daily, minutes, peak, use, mongoCores } = assumed;
/** People who are online at once in the busiest hour. */
const peakOnline = (monthly * daily * minutes * peak) / (24 * 60);

/**
 * From the CPU time that each part used for the people who were online to the machines for {@link assumed}. Pods of one
 * core; a Redis shard has one core; a shard of MongoDB is a replica set whose members have so many.
 */
export function capacityTable({ online, cores }: Step): string {
  const forPeak = (part: string): number => ((cores[part] ?? 0) / online) * peakOnline;
  const line = (part: string, unit: string, coresEach: number): string[] => [
    part,
    ((1_000 * (cores[part] ?? 0)) / online).toFixed(2),
    round(forPeak(part)),
    `${Math.ceil(forPeak(part) / (coresEach * use))} ${unit}`,
  ];
  return [
    `${round(monthly)} monthly users, ${daily * 100} % of them on a day for ${minutes} minutes, and a busiest hour of ` +
      `${peak} times the mean: ${round(peakOnline)} online at once. Each core is planned at ${use * 100} %.`,
    table(
      ['part', 'cores for 1,000 online (measured)', 'cores at the peak', 'machines'],
      [
        line('gateways', 'pods of one core', 1),
        line('worker', 'pods of one core', 1),
        line('redis', 'shards', 1),
        line('mongod', `shards of ${mongoCores} cores`, mongoCores),
      ],
    ),
  ].join('\n\n');
}

/** Every number that was tried, in the order of its size. */
export function stepTable(steps: readonly Step[]): string {
  const pair = ({ p50, p99 }: { p50: number; p99: number }) =>
    `${p50.toFixed(0)} / ${p99.toFixed(0)}`;
  const sum = (counts: Record<string, number>) =>
    Object.values(counts).reduce((all, count) => all + count, 0);
  return table(
    [
      ...[
        'users',
        'online',
        'requests/s',
        'messages/s',
        'request p50 / p99 ms',
        'ack p50 / p99 ms',
      ],
      ...['delivery p50 / p99 ms', 'errors', 'cores used', 'kept'],
    ],
    [...steps]
      .sort((a, b) => a.users - b.users)
      .map((step) => [
        round(step.users),
        round(step.online),
        round(step.requestsPerSecond),
        round(step.messagesPerSecond),
        pair(step.requestMs),
        pair(step.ackMs),
        pair(step.deliveryMs),
        String(sum(step.errors)),
        Object.entries(step.cores)
          .map(([part, used]) => `${part} ${used.toFixed(2)}`)
          .join(', '),
        step.holds ? 'yes' : 'no',
      ]),
  );
}
