import { least, most, round, table, targetTable } from '../report.js';
import type { Run, Tabled } from '../run.js';
import { haggle } from '../peers/haggle/peer.js';
import { takeOverload } from '../turn.js';

const pairs = 200;
/** Whoever waits longer than this (ms) for an acknowledgement thinks that the service hangs. */
const ackBoundMs = 1_000;
/** What is sent in the overload, as a multiple of what the servers carry. */
const times = 2;

/**
 * What happens when senders send twice as much as the servers carry, and do not slow down: who is refused is told when to
 * try again, who is not has the acknowledgement soon, and afterwards all is as before.
 */
export async function overloadTable(run: Run): Promise<Tabled> {
  const measureMs = run.quick ? 4_000 : 10_000;
  const measured = await takeOverload(run.servers, haggle, { pairs, times, measureMs });
  for (const [name, one] of Object.entries(measured))
    run.progress(`overload, ${name}: ${round(one.messagesPerSecond)}/s, ${one.refused} refused`);
  const seconds = measureMs / 1_000;
  const lines = Object.entries(measured).map(([name, one]) => [
    ...[name, round(one.sentPerSecond), round(one.messagesPerSecond), round(one.refused)],
    `${round(one.ackMs.p50)} / ${round(one.ackMs.p99)}`,
    `${round(one.deliveryMs.p50)} / ${round(one.deliveryMs.p99)}`,
    `${one.lost} / ${one.twice}`,
  ]);
  const { overload } = measured;
  const head = [
    ...['phase', 'sent/s', 'carried/s', 'refused in all'],
    ...['ack p50 / p99 ms', 'delivery p50 / p99 ms', 'lost / twice'],
  ];
  const text = [
    `${pairs} pairs; ${seconds} s each.`,
    table(head, lines),
    targetTable('Haggle at twice saturation', [
      // Without any it was no overload: the machine was slower while its saturation was measured.
      least('refusals', overload.refused, 1),
      most('refusals without retryAfterMs', overload.refusedForGood, 0),
      most('ack p99 of what was taken, ms', overload.ackMs.p99, ackBoundMs),
      most('sent and never answered', overload.unanswered, 0),
      most('messages lost', overload.lost, 0),
      most('messages twice', overload.twice, 0),
    ]),
  ].join('\n\n');
  return { text, result: measured };
}
