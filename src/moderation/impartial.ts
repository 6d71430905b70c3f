import { Refusal } from '../contract/index.js';
import type { ModerationContext } from './moderation-context.js';
import type { Target } from './report.js';

/**
 * Nobody judges themselves, what is theirs, or what they reported, through whosever report. Answers why `by` may not;
 * undefined: they may. `ownerId`: whose the target is, if it is there.
 */
export async function partialityOf(
  { reports }: Pick<ModerationContext, 'reports'>,
  by: string,
  ownerId: string | undefined,
  target: Target,
): Promise<string | undefined> {
  if (by === ownerId) return 'This is you, or yours';
  const reported = await reports.reportedBy(by, [target]);
  return reported.size > 0 ? 'You reported this: somebody else decides' : undefined;
}

/** Throws FORBIDDEN for who is not {@link partialityOf impartial}. */
export async function mustBeImpartial(...asked: Parameters<typeof partialityOf>): Promise<void> {
  const reason = await partialityOf(...asked);
  if (reason !== undefined) throw new Refusal('FORBIDDEN', reason);
}
