import { Refusal } from '../contract/index.js';
import type { ConversationStore, PostEntry } from '../conversations/index.js';
import type { ListingStore } from '../listings/index.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { Offer } from '../domain/offer.js';
import type { OfferStore } from './offer.store.js';
import type { RecordOffer } from './record-acts.js';

interface Deps {
  offers: OfferStore;
  listings: ListingStore;
  record: RecordOffer;
  clock: Clock;
}

export type EndByTime = ReturnType<typeof createEndByTime>;

/**
 * Does what time does to an offer: its deadline ends it, or the hidden minimum of the listing declines it. A timer, a
 * sweeper and a command that finds it overdue may all call this, any number of times: it happens once, and its entry is
 * in the log.
 */
export function createEndByTime(deps: Deps) {
  const end = async (id: string): Promise<Offer | null> => {
    for (;;) {
      const standing = await deps.offers.get(id);
      if (!standing) return null;
      const ended = await endedBy(deps, standing);
      // Whoever ended the offer may have died before telling of it.
      if (ended === standing) {
        if (!standing.open) await deps.record(standing, standing.version);
        return standing;
      }
      const when = ended.state === 'expired' ? 'overdue' : 'inTime';
      if (await deps.offers.advance(ended, { when })) {
        await deps.record(ended, ended.version);
        return ended;
      }
      const now = await deps.offers.get(id);
      // No other act was first: by the clock of the database it is not time yet.
      if (now?.version === standing.version) return standing;
    }
  };
  return {
    /** Ends the offer if its time has come, and returns it as it is now; null when there is none. */
    end,
    /** The refusal with the offer as it is now; an overdue offer is ended first. */
    async asFound(error: unknown, id: string): Promise<unknown> {
      if (!(error instanceof Refusal)) return error;
      if (error.code === 'OFFER_EXPIRED') await end(id);
      if (!['OFFER_EXPIRED', 'OFFER_CHANGED', 'LISTING_UNAVAILABLE'].includes(error.code))
        return error;
      const current = (await deps.offers.get(id))?.view();
      return new Refusal(error.code, error.message, { ...error.details, current });
    },
  };
}

/** Returns the same offer when it is not due. */
async function endedBy(deps: Deps, standing: Offer): Promise<Offer> {
  const now = deps.clock();
  const expired = standing.expire(now);
  if (expired !== standing) return expired;
  // No client can send this id first; otherwise the seller could take the place of the act.
  const declined = standing.declineByRule({ clientMessageId: newId() }, now);
  if (declined === standing) return standing;
  const minimum = (await deps.listings.get(standing.listingId))?.snapshot().minimum ?? null;
  if (minimum !== null && standing.amount < minimum) return declined;
  await deps.offers.spare(standing);
  return standing;
}

/**
 * Says in the conversation that an offer ends in a few hours. The entry is written first, and its id is derived from
 * the move, so that a repeat finds it. False when there was nothing to do.
 */
export const createRemindOfOffer =
  (deps: { offers: OfferStore; conversations: ConversationStore; post: PostEntry; clock: Clock }) =>
  async (id: string): Promise<boolean> => {
    const now = deps.clock();
    const offer = await deps.offers.get(id);
    if (!offer?.remindAt || offer.remindAt > now || offer.isExpiredAt(now)) return false;
    const conversation = await deps.conversations.get(offer.conversationId);
    if (!conversation) return false;
    const { duplicate } = await deps.post(conversation, {
      conversationId: conversation.id,
      senderId: null,
      clientMessageId: `offer:${id}:v${offer.version}:soon`,
      kind: 'system',
      notice: { type: 'offerEndsSoon', offerId: id, at: offer.expiresAt.toISOString() },
    });
    await deps.offers.reminded(offer);
    return !duplicate;
  };
