import { Refusal, tradeLimits, type request, type view } from '../contract/index.js';
import type { ListingStore } from '../listings/index.js';
import { mustOwn } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Blocks } from '../users/index.js';
import type { Offer } from '../domain/offer.js';
import type { OfferStore } from './offer.store.js';
import type { OfferAnswer } from './record-acts.js';

interface Deps {
  offers: OfferStore;
  listings: ListingStore;
  blocks: Blocks;
  clock: Clock;
  decline: (actor: Actor, id: string, input: request.AnswerOffer) => Promise<OfferAnswer>;
}

/**
 * Declines several offers on one's own listing: the named ones, or the first that await the seller, as many as the
 * limits allow. All are declined under the same client id, which is enough, since they are in different conversations.
 * A repeat finds what the first try did; where offers were named it goes on with the rest. `ifVersion`: the version of
 * the listing that the seller saw. Throws NOT_FOUND, FORBIDDEN, VERSION_CONFLICT.
 */
export const createDeclineOffers =
  (deps: Deps) =>
  async (
    actor: Actor,
    listingId: string,
    { offerIds, clientMessageId }: request.DeclineOffers,
    ifVersion?: number,
  ): Promise<view.BulkDecline> => {
    const listing = await deps.listings.get(listingId);
    mustOwn(listing, actor.userId, await deps.blocks.around(actor.userId));
    if (ifVersion !== undefined && ifVersion !== listing.version)
      throw new Refusal('VERSION_CONFLICT');
    const done = await deps.offers.movedOn(listingId, actor.userId, clientMessageId);
    const awaiting = async () =>
      (await deps.offers.openOn(listingId)).filter(({ turn }) => turn === 'seller').map(idOf);
    const first = async () => (await awaiting()).slice(0, tradeLimits.bulkDecline);
    const ids = offerIds ?? (done.length > 0 ? done.map(idOf) : await first());
    const answer: view.BulkDecline = { declined: [], skipped: [] };
    const until = deps.clock().getTime() + tradeLimits.bulkDeclineMs;
    for (const [index, id] of ids.entries()) {
      if (deps.clock().getTime() > until)
        return { ...answer, left: offerIds ? ids.length - index : (await awaiting()).length };
      try {
        const offer = await deps.offers.get(id);
        if (offer?.listingId !== listingId) throw new Refusal('NOT_FOUND', 'No such offer');
        const seen = { version: offer.version, clientMessageId };
        answer.declined.push((await deps.decline(actor, id, seen)).offer);
      } catch (error) {
        if (!(error instanceof Refusal) || error.retryable) throw error;
        answer.skipped.push({ offerId: id, code: error.code });
      }
    }
    return { ...answer, left: offerIds ? 0 : (await awaiting()).length };
  };

const idOf = ({ id }: Offer): string => id;
