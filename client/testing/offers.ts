import { Refusal, invalid } from '../../src/contract/errors.js';
import type { request } from '../../src/contract/index.js';
import { tellingOf } from '../../src/domain/act.js';
import { agreement } from '../../src/domain/agreement.js';
import { groundOf } from '../../src/domain/may-offer.js';
import { isSameOffer, offerVerbs, showsOffer } from '../../src/domain/offer-verbs.js';
import type { OfferVerb } from '../../src/domain/offer-verbs.js';
import { Offer, type OfferStep, type Seen } from '../../src/domain/offer.js';
import { mustBeBuyer, mustBeSideOfOffer } from '../../src/domain/trade-access.js';
import type { Answers } from '../contract-types.js';
import { inConversation, ownTalk, talkOf } from './talk.js';
import type { Caller, Events, Routes, World } from './world.js';

type Named = Seen & { amount: number };

const answering =
  (action: keyof typeof offerVerbs) =>
  (me: Caller, { id, ...sent }: request.AnswerOffer & { id: string; amount?: number }) => {
    const { world } = me;
    const verb = offerVerbs[action] as OfferVerb<Named>;
    if (verb.needs && sent.amount === undefined) throw invalid('amount', `is needed to ${action}`);
    const { version, amount = 0, clientMessageId = world.nextId('answer') } = sent;
    const input = { version, amount, clientMessageId };
    const standing = ownOffer(me, id);
    const { conversationId } = standing;
    const isSame = (offer: Offer, step: OfferStep) => offer.id === id && verb.isSame(step, input);
    const before = firstAnswer(me, { conversationId, clientMessageId }, isSame);
    if (before) return before;
    talkOf(world, conversationId).mustBeOpen();
    try {
      return move(me, verb, standing, input);
    } catch (error) {
      if (!showsOffer(error)) throw error;
      const now = standing.expire(world.now());
      if (now !== standing) record(world, now);
      throw new Refusal(error.code, error.message, { ...error.details, current: now.view() });
    }
  };

export const offerEvents = {
  'offer:make': (me, input) => {
    const { world, userId } = me;
    const talk = ownTalk(me, input.conversationId);
    mustBeBuyer(talk, userId);
    const before = firstAnswer(me, input, (offer, step) => isSameOffer(offer, step, input));
    if (before) return before;
    talk.mustBeOpen();
    if (talk.findSent(userId, input.clientMessageId)) throw new Refusal('IDEMPOTENCY_CONFLICT');
    const listing = world.get('listings', talk.listingId);
    if (!listing?.isOnSale) throw new Refusal('LISTING_UNAVAILABLE');
    const now = world.now();
    const own = world.all('offers').filter(({ buyerId }) => buyerId === userId);
    const onListing = own.filter(({ listingId }) => listingId === listing.id);
    const { ended, expired } = Offer.before(onListing, now);
    const withdrawals = own.flatMap(({ withdrawnByBuyerAt }) => withdrawnByBuyerAt ?? []);
    const ground = { ...groundOf(listing), declineAfterMs: 0, ended, withdrawals };
    const draft = { ...talk.snapshot(), ...input, id: world.nextId('offer') };
    const offer = Offer.make(draft, ground, now);
    if (expired) record(world, expired);
    return record(world, offer, me);
  },

  'offer:respond': (me, { offerId, action, ...seen }) =>
    answering(action)(me, { ...seen, id: offerId }),
} satisfies Partial<Events>;

export const offerRoutes: Routes = {
  makeOffer: inConversation(offerEvents['offer:make']),
  acceptOffer: answering('accept'),
  declineOffer: answering('decline'),
  withdrawOffer: answering('withdraw'),
  counterOffer: answering('counter'),
  getOffer: (me, { id }) => {
    const { world, userId } = me;
    const offer = ownOffer(me, id);
    const { price } = world.state.listings[offer.listingId]!;
    const { closed } = talkOf(world, offer.conversationId);
    const abilities = offer.abilitiesOf(userId, { price, closed, now: world.now() });
    return { ...offer.view(), abilities };
  },
};

function ownOffer({ world, userId }: Caller, id: string): Offer {
  const offer = world.get('offers', id);
  mustBeSideOfOffer(offer, userId);
  return offer;
}

/** With what else changes: an accept reserves the listing, opens the deal and closes all other open offers of it. */
function move(me: Caller, verb: OfferVerb<Named>, standing: Offer, input: Named) {
  const { world, userId } = me;
  const { id, listingId } = standing;
  const listing = world.get('listings', listingId);
  if (verb.needs === 'price' && standing.open && !listing?.isOnSale)
    throw new Refusal('LISTING_UNAVAILABLE');
  const ground = { price: listing?.price ?? 0, dealId: world.nextId('deal') };
  const offer = verb.by(standing, userId, input, ground, world.now());
  if (verb.needs !== 'agreement') return record(world, offer, me);
  const onListing = world.all('offers').filter((one) => one.listingId === listingId);
  const rivals = onListing.filter((one) => one.open && one.id !== id);
  const agreed = agreement(offer.terms, listing, rivals, world.now());
  world.keep('listings', agreed.listing);
  world.keep('deals', agreed.deal);
  const answer = record(world, offer, me);
  for (const rival of agreed.closed) record(world, rival);
  for (const one of [offer, ...agreed.closed]) talkOf(world, one.conversationId).announce();
  return answer;
}

/** Closes the open ones of these offers under a reason that says nothing: a block and a leaving look the same. */
export function closeOffers({ world, userId }: Caller, isMeant: (offer: Offer) => boolean): void {
  for (const offer of world.all('offers'))
    if (offer.open && isMeant(offer))
      record(world, offer.close('unavailable', world.now(), userId));
}

/** Stores the offer, and tells of its act of `version` in the log; a repeat is told again. */
export function record(world: World, offer: Offer, me?: Caller, version = offer.version) {
  world.keep('offers', offer);
  const step = offer.snapshot().steps.find((one) => one.version === version)!;
  const said = { senderId: step.by, kind: 'offer', offer: offer.at(version) } as const;
  const { draft, origin } = tellingOf('offer', offer, step, said, me);
  const { message } = talkOf(world, offer.conversationId).append(draft, origin);
  return { offer: offer.viewFor(me?.userId, version), message };
}

/** The first answer to the same act. Throws IDEMPOTENCY_CONFLICT for another act under the same id. */
function firstAnswer(
  me: Caller,
  sent: { conversationId: string; clientMessageId: string },
  isSame: (offer: Offer, step: OfferStep) => boolean,
): (Answers['offer:make'] & { duplicate: true }) | undefined {
  for (const offer of me.world.all('offers')) {
    if (offer.conversationId !== sent.conversationId) continue;
    const step = offer.stepSentAs(me.userId, sent.clientMessageId);
    if (!step) continue;
    if (!isSame(offer, step)) throw new Refusal('IDEMPOTENCY_CONFLICT');
    return { ...record(me.world, offer, me, step.version), duplicate: true };
  }
  return undefined;
}
