import { Refusal } from '../contract/index.js';
import { noticeOf } from '../domain/notices.js';
import type { Offer } from '../domain/offer.js';
import { showsOffer } from '../domain/offer-verbs.js';
import { newId } from '../platform/ids.js';
import { recordOffer } from './record-acts.js';
import type { TradeContext } from './trade-context.js';

/**
 * Does what time does to an offer: its deadline ends it, or the hidden minimum of the listing declines it. A timer, a
 * sweeper and a command that finds it overdue may all call this, any number of times: it happens once, and its entry is
 * in the log. Returns the offer as it is now; null when there is none.
 */
export async function endByTime(trade: TradeContext, id: string): Promise<Offer | null> {
  for (;;) {
    const standing = await trade.offers.get(id);
    if (!standing) return null;
    const ended = await endedBy(trade, standing);
    // Whoever ended the offer may have died before telling of it.
    if (ended === standing) {
      if (!standing.open) await recordOffer(trade, standing, standing.version);
      return standing;
    }
    const when = ended.state === 'expired' ? 'overdue' : 'inTime';
    if (await trade.offers.advance(ended, { when })) {
      await recordOffer(trade, ended, ended.version);
      return ended;
    }
    const now = await trade.offers.get(id);
    // No other act was first: by the clock of the database it is not time yet.
    if (now?.version === standing.version) return standing;
  }
}

/** The refusal with the offer as it is now; an overdue offer is ended first. */
export async function asFound(trade: TradeContext, error: unknown, id: string): Promise<unknown> {
  if (!showsOffer(error)) return error;
  if (error.code === 'OFFER_EXPIRED') await endByTime(trade, id);
  const current = (await trade.offers.get(id))?.view();
  return new Refusal(error.code, error.message, { ...error.details, current });
}

/** Returns the same offer when it is not due. */
async function endedBy(trade: TradeContext, standing: Offer): Promise<Offer> {
  const now = trade.clock();
  const expired = standing.expire(now);
  if (expired !== standing) return expired;
  // No client can send this id first; otherwise the seller could take the place of the act.
  const declined = standing.declineByRule({ clientMessageId: newId() }, now);
  if (declined === standing) return standing;
  const minimum = (await trade.listings.get(standing.listingId))?.snapshot().minimum ?? null;
  if (minimum !== null && standing.amount < minimum) return declined;
  await trade.offers.spare(standing);
  return standing;
}

/**
 * Says in the conversation that an offer ends in a few hours. The entry is written first, and its id is derived from
 * the move, so that a repeat finds it. False when there was nothing to do.
 */
export async function remindOfOffer(trade: TradeContext, id: string): Promise<boolean> {
  const now = trade.clock();
  const offer = await trade.offers.get(id);
  if (!offer?.remindAt || offer.remindAt > now || offer.isExpiredAt(now)) return false;
  const conversation = await trade.conversations.get(offer.conversationId);
  if (!conversation) return false;
  const notice = { type: 'offerEndsSoon', offerId: id, at: offer.expiresAt.toISOString() };
  const entry = noticeOf(conversation.id, `offer:${id}:v${offer.version}:soon`, notice);
  const { duplicate } = await trade.post(conversation, entry);
  await trade.offers.reminded(offer);
  return !duplicate;
}
