import { Refusal, tradeLimits, type request, type view } from '../contract/index.js';
import { mustOwn } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import type { Offer } from '../domain/offer.js';
import type { OfferAnswer } from './record-acts.js';
import type { TradeContext } from './trade-context.js';

type Decline = (actor: Actor, id: string, input: request.AnswerOffer) => Promise<OfferAnswer>;

/**
 * Declines several offers on one's own listing: the named ones, or the first that await the seller, as many as the
 * limits allow. All are declined under the same client id, which is enough, since they are in different conversations.
 * A repeat finds what the first try did; where offers were named it goes on with the rest. `ifVersion`: the version of
 * the listing that the seller saw. Throws NOT_FOUND, FORBIDDEN, VERSION_CONFLICT.
 */
export const createDeclineOffers =
  (trade: TradeContext, decline: Decline) =>
  async (
    actor: Actor,
    listingId: string,
    { offerIds, clientMessageId }: request.DeclineOffers,
    ifVersion?: number,
  ): Promise<view.BulkDecline> => {
    const listing = await trade.listings.get(listingId);
    mustOwn(listing, actor.userId, await trade.blocks.around(actor.userId));
    if (ifVersion !== undefined && ifVersion !== listing.version)
      throw new Refusal('VERSION_CONFLICT');
    const before = await trade.offers.movedOn(listingId, actor.userId, clientMessageId);
    const done = new Set(before.map(idOf));
    const awaiting = async () =>
      (await trade.offers.openOn(listingId)).filter(({ turn }) => turn === 'seller').map(idOf);
    const first = async () => (await awaiting()).slice(0, tradeLimits.bulkDecline);
    const ids = offerIds ?? (done.size > 0 ? [...done] : await first());
    const answer: view.BulkDecline = { declined: [], skipped: [] };
    const until = trade.clock().getTime() + tradeLimits.bulkDeclineMs;
    for (const [index, id] of ids.entries()) {
      // What the first try did is told again, however long that takes.
      if (!done.has(id) && trade.clock().getTime() > until)
        return { ...answer, left: offerIds ? ids.length - index : (await awaiting()).length };
      try {
        const offer = await trade.offers.get(id);
        if (offer?.listingId !== listingId) throw new Refusal('NOT_FOUND', 'No such offer');
        const seen = { version: offer.version, clientMessageId };
        answer.declined.push((await decline(actor, id, seen)).offer);
      } catch (error) {
        if (!(error instanceof Refusal) || error.retryable) throw error;
        answer.skipped.push({ offerId: id, code: error.code });
      }
    }
    return { ...answer, left: offerIds ? 0 : (await awaiting()).length };
  };

const idOf = ({ id }: Offer): string => id;
