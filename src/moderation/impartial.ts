import { Refusal } from '../contract/index.js';
import type { ModerationContext } from './moderation-context.js';
import { partialityOf, type Target } from '../domain/report.js';

/** Why `by` may not judge the target of this owner; undefined: they may. See {@link partialityOf}. */
export async function findPartiality(
  { reports }: Pick<ModerationContext, 'reports'>,
  by: string,
  ownerId: string | undefined,
  target: Target,
): Promise<string | undefined> {
  return partialityOf(by, ownerId, (await reports.reportedBy(by, [target])).size > 0);
}

/** Throws FORBIDDEN for who may not judge it. */
export async function mustBeImpartial(...asked: Parameters<typeof findPartiality>): Promise<void> {
  const reason = await findPartiality(...asked);
  if (reason !== undefined) throw new Refusal('FORBIDDEN', reason);
}
