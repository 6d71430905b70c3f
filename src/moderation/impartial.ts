import { Refusal, hasRightsOf } from '../contract/index.js';
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

/**
 * Nothing is laid upon somebody whose role has more rights than that of `by`, nor taken back: a moderator could shut out
 * every admin. Throws FORBIDDEN. Who is nobody of the app came in where the admin area is open to everybody.
 */
export async function mustReach(
  { users }: Pick<ModerationContext, 'users'>,
  by: string,
  userId: string,
): Promise<void> {
  const [judge, person] = await Promise.all([users.get(by), users.get(userId)]);
  if (judge && person?.role && !hasRightsOf(judge.role, person.role))
    throw new Refusal('FORBIDDEN', `The person has more rights than you: ${person.role}`);
}
