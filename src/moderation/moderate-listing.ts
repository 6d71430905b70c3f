import { Refusal, type view } from '../contract/index.js';
import { presentForModerators } from '../domain/listing-view.js';
import type { ModerationContext } from './moderation-context.js';
import type { Target } from './report.js';

/**
 * Nobody judges themselves, what is theirs, or what they reported. `ownerId`: whose the target is, if it is there.
 * Throws FORBIDDEN.
 */
export async function mustBeImpartial(
  { reports }: Pick<ModerationContext, 'reports'>,
  by: string,
  ownerId: string | undefined,
  target: Target,
): Promise<void> {
  if (by === ownerId) throw new Refusal('FORBIDDEN', 'This is you, or yours');
  if ((await reports.reportedBy(by, [target])).size > 0)
    throw new Refusal('FORBIDDEN', 'You reported this: somebody else decides');
}

/** Takes a listing out of sight, or puts it back (`reason` null). Throws NOT_FOUND, FORBIDDEN. */
export const createModerateFor =
  (moderation: ModerationContext) =>
  async (by: string, id: string, reason: view.BlindReason | null): Promise<view.Listing> => {
    const listing = await moderation.listings.get(id);
    const target = { targetType: 'listing', targetId: id } as const;
    await mustBeImpartial(moderation, by, listing?.sellerId, target);
    return presentForModerators(await moderation.moderateListing(id, reason));
  };
