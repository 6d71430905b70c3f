import type { Outcome } from '../../src/notifications/index.js';
import type { LookResult } from './second-look.js';
import { mostMs } from './next-try.js';
import type { ProviderAnswer } from './provider.js';

/** What becomes of a job. */
export type PushResult =
  /** Nothing is left to do. */
  | { is: 'done'; outcome: Outcome }
  /** Not now: it is put back for so long and has lost no try. */
  | { is: 'wait'; ms: number; detail: string }
  /** A device was not reached, or nobody knows: it has lost a try, and none begins after its end. */
  | { is: 'again'; detail: string; endsAt: Date }
  /** Trying again changes nothing until something was mended. */
  | { is: 'dead'; detail: string };

const waitAtLeastMs = 1_000;
/** Whoever waits more often than this waits longer, so that those who wait for one provider don't crowd out others … */
const patientStarts = 8;
/** … but looks as often as this. */
const waitAtMostMs = 120_000;
/** Not all at the same moment. */
const jitter = 0.2;

/**
 * Pure but for chance: what becomes of a job by what the devices' providers said. As long as any device may still be
 * reached it goes on; those that are done are left alone then, for their deliveries say so.
 */
export function judge(
  looked: Pick<LookResult, 'told' | 'dropped' | 'over' | 'heldMs' | 'endsAt'> | SilentLook,
  answers: readonly ProviderAnswer[],
  by: { told: Outcome; starts: number; last: boolean; now: Date },
): PushResult {
  const { told, dropped, over: done, heldMs, endsAt } = looked;
  if (told.length === 0) return { is: 'done', outcome: dropped.at(-1)?.is ?? 'gone' };
  const of = <K extends ProviderAnswer['kind']>(kind: K) =>
    answers.filter((one): one is Extract<ProviderAnswer, { kind: K }> => one.kind === kind);
  const failed = of('failed').find(({ whom }) => whom !== 'device') ?? of('failed')[0];
  // Given up without a dead letter when only its own address is at fault: nobody here can mend that.
  const over = by.last || by.now.getTime() + mostMs >= endsAt.getTime();
  if (failed && !(failed.whom === 'device' && over))
    return { is: 'again', detail: failed.detail, endsAt };
  const shown = done.includes('sent') || of('taken').length > 0;
  const waits = of('wait');
  if (waits.length > 0 || heldMs !== undefined) {
    const asked = Math.min(...waits.map(({ ms }) => ms), ...(heldMs === undefined ? [] : [heldMs]));
    // For a place it is not waited longer and longer: there will be one at once, or the breaker opens.
    const full = waits.length > 0 && waits.every(({ reason }) => reason === 'full');
    const ms = waitFor(asked, full ? 1 : by.starts);
    const detail = waits[0]?.detail ?? 'claimed by somebody else';
    if (by.now.getTime() + ms < endsAt.getTime()) return { is: 'wait', ms, detail };
    return { is: 'done', outcome: shown ? by.told : 'expired' };
  }
  const refused = of('refused')[0];
  if (refused) return { is: 'dead', detail: refused.detail };
  if (done.includes('refused')) return { is: 'dead', detail: 'refused before' };
  return { is: 'done', outcome: shown ? by.told : 'noDevice' };
}

/** A silent update is judged in the same way. */
type SilentLook = Pick<LookResult, 'over' | 'heldMs' | 'endsAt'> & {
  told: readonly unknown[];
  dropped: LookResult['dropped'];
};

function waitFor(askedMs: number, starts: number): number {
  const grown =
    Math.max(waitAtLeastMs, askedMs) * 2 ** Math.min(Math.max(0, starts - patientStarts), 10);
  const ms = Math.max(askedMs, Math.min(grown, waitAtMostMs));
  return Math.round(ms * (1 + jitter * Math.random()));
}
