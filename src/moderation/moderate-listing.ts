import type { view } from '../contract/index.js';
import { presentForModerators } from '../domain/listing-view.js';
import { mustBeImpartial } from './impartial.js';
import type { ModerationContext } from './moderation-context.js';

/** Takes a listing out of sight, or puts it back (`reason` null). Throws NOT_FOUND, FORBIDDEN. */
export const createModerateFor =
  (moderation: ModerationContext) =>
  async (by: string, id: string, reason: view.BlindReason | null): Promise<view.Listing> => {
    const listing = await moderation.listings.get(id);
    const target = { targetType: 'listing', targetId: id } as const;
    await mustBeImpartial(moderation, by, listing?.sellerId, target);
    return presentForModerators(await moderation.moderateListing(id, reason));
  };
