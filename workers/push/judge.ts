import type { Outcome } from '../../src/notifications/index.js';
import type { ProviderAnswer } from './provider.js';
import type { Look } from './second-look.js';

/** What becomes of a job. */
export type PushResult =
  /** Nothing is left to do. */
  | { is: 'done'; outcome: Outcome }
  /** Not now: the job is put back for `ms` milliseconds, which costs no try. */
  | { is: 'wait'; ms: number; detail: string }
  /** A device was not reached, or that is unknown: this try is spent, and no further one begins after `endsAt`. */
  | { is: 'again'; detail: string; endsAt: Date }
  /** Another try fails too, until somebody has repaired something: a dead letter. */
  | { is: 'dead'; detail: string };

const waitAtLeastMs = 1_000;
/** A job that has waited more often than this waits longer and longer, so that it does not crowd out others … */
const patientStarts = 8;
/** … but at most this long. */
const waitAtMostMs = 120_000;
/** Share of a wait that is random, so that jobs do not come back at the same moment. */
const jitter = 0.2;
/** The longest wait before a further try, and how many times as long as the one before it may be. */
const longestRetryMs = 10 * 60_000;
const retryGrowth = 4;

/**
 * Decides what becomes of a job from what the providers of its devices answered. Pure, except for the random jitter. The
 * job goes on while any of its devices may still be reached; the other devices are not sent to again, because their
 * deliveries say that they are done.
 */
export function judge(
  { over: done, heldMs, endsAt }: Pick<Look, 'over' | 'heldMs' | 'endsAt'>,
  answers: readonly ProviderAnswer[],
  by: { told: Outcome; starts: number; last: boolean; now: Date },
): PushResult {
  const of = <K extends ProviderAnswer['kind']>(kind: K) =>
    answers.filter((one): one is Extract<ProviderAnswer, { kind: K }> => one.kind === kind);
  const failed = of('failed').find(({ whom }) => whom !== 'device') ?? of('failed')[0];
  // When only the device's own address is at fault the job ends without a dead letter: no operator could repair it.
  const over = by.last || by.now.getTime() + longestRetryMs >= endsAt.getTime();
  if (failed && !(failed.whom === 'device' && over))
    return { is: 'again', detail: failed.detail, endsAt };
  const shown = done.includes('sent') || of('taken').length > 0;
  const waits = of('wait');
  if (waits.length > 0 || heldMs !== undefined) {
    const asked = Math.min(...waits.map(({ ms }) => ms), ...(heldMs === undefined ? [] : [heldMs]));
    // A job that waits for a free slot keeps a short wait: one frees up soon, or the breaker opens.
    const waitsForSlot = waits.length > 0 && waits.every(({ reason }) => reason === 'full');
    const ms = waitFor(asked, waitsForSlot ? 1 : by.starts);
    const detail = waits[0]?.detail ?? 'claimed by another worker';
    if (by.now.getTime() + ms < endsAt.getTime()) return { is: 'wait', ms, detail };
    return { is: 'done', outcome: shown ? by.told : 'expired' };
  }
  const refused = of('refused')[0];
  if (refused) return { is: 'dead', detail: refused.detail };
  if (done.includes('refused')) return { is: 'dead', detail: 'refused before' };
  return { is: 'done', outcome: shown ? by.told : 'noDevice' };
}

function waitFor(askedMs: number, starts: number): number {
  const grown =
    Math.max(waitAtLeastMs, askedMs) * 2 ** Math.min(Math.max(0, starts - patientStarts), 10);
  const ms = Math.max(askedMs, Math.min(grown, waitAtMostMs));
  return Math.round(ms * (1 + jitter * Math.random()));
}

/** A device was not reached. The queue tries the job again, unless that would be after its end. */
export class TryAgain extends Error {
  constructor(
    detail: string,
    readonly endsAt: Date,
  ) {
    super(detail);
    this.name = 'TryAgain';
  }
}

/**
 * Milliseconds until the next try after the given number of tries: random up to a bound that grows with each try ("full
 * jitter", so that jobs that failed together do not come back together). -1: no further try, since it would come too late.
 */
export function nextTryInMs(
  { tries, firstMs }: { tries: number; firstMs: number },
  error: Error | undefined,
  now = Date.now(),
): number {
  const most = Math.min(longestRetryMs, firstMs * retryGrowth ** (tries - 1));
  const ms = Math.round(Math.random() * most);
  return error instanceof TryAgain && now + ms >= error.endsAt.getTime() ? -1 : ms;
}
