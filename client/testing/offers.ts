import { Refusal } from '../../src/contract/errors.js';
import type { request, view } from '../../src/contract/index.js';
import { Deal } from '../../src/domain/deal.js';
import { mustStillBeThere } from '../../src/domain/listing-access.js';
import type { Listing } from '../../src/domain/listing.js';
import { actIdOf } from '../../src/domain/act.js';
import { Offer, type OfferStep } from '../../src/domain/offer.js';
import { announce, findOwn } from './conversations.js';
import { keepListing, listingOf } from './listings.js';
import { append, findSent, wrong } from './log.js';
import type { Actor, World } from './world.js';

interface OfferAnswer {
  offer: view.Offer;
  message: view.Message;
  duplicate?: true;
}

/** Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, LISTING_UNAVAILABLE, OFFER_NOT_ALLOWED, IDEMPOTENCY_CONFLICT. */
export function makeOffer(world: World, actor: Actor, input: request.MakeOffer): OfferAnswer {
  const { conversationId, clientMessageId, amount, note } = input;
  const conversation = findOwn(world, actor, conversationId);
  const { listingId, buyerId, sellerId } = conversation;
  if (actor.userId !== buyerId) throw new Refusal('FORBIDDEN', 'Only the buyer makes offers');
  const before = firstAnswer(
    world,
    actor,
    input,
    (offer, step) =>
      step.act === 'made' && step.amount === amount && offer.snapshot().note === note,
  );
  if (before) return before;
  if (world.isClosed(conversationId)) throw new Refusal('CONVERSATION_CLOSED');
  if (findSent(conversation, buyerId, clientMessageId)) throw new Refusal('IDEMPOTENCY_CONFLICT');
  const listing = listingOf(world, listingId);
  mustBeOnSale(listing);
  const ofBuyer = offersThat(world, (one) => one.buyerId === buyerId);
  const earlier = ofBuyer
    .filter((one) => one.listingId === listingId)
    .map((one) => expire(world, one));
  const current = earlier.find(({ open }) => open)?.view();
  if (current) throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already', { current });
  const { price, offerHours: hours, minimum } = listing.snapshot();
  const ground = {
    price,
    takesOffers: listing.takesOffers,
    hours,
    minimum,
    declineAfterMs: 0,
    ended: earlier.filter(({ counts }) => counts).length,
    withdrawals: ofBuyer.flatMap(({ withdrawnByBuyerAt }) => withdrawnByBuyerAt ?? []),
  };
  const draft = { ...input, id: world.nextId('offer'), listingId, buyerId, sellerId };
  return record(world, Offer.make(draft, ground, world.now()), actor);
}

/** An act on an offer that the person saw. */
interface Respond extends request.AnswerOffer {
  offerId: string;
  action: request.RespondToOffer['action'];
  amount?: number | undefined;
}
type Seen = Parameters<Offer['acceptBy']>[1];

const verbs = {
  accept: { act: 'accepted', namesAmount: true, by: accept },
  counter: { act: 'countered', namesAmount: true, by: counter },
  decline: {
    act: 'declined',
    by: (world: World, actor: Actor, offer: Offer, seen: Seen) =>
      record(world, offer.declineBy(actor.userId, seen, world.now()), actor),
  },
  withdraw: {
    act: 'withdrawn',
    by: (world: World, actor: Actor, offer: Offer, seen: Seen) =>
      record(world, offer.withdrawBy(actor.userId, seen, world.now()), actor),
  },
} satisfies Record<Respond['action'], object>;

/** Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE, IDEMPOTENCY_CONFLICT. */
export function respondToOffer(world: World, actor: Actor, input: Respond): OfferAnswer {
  const { offerId, action, amount, version } = input;
  const { act, by, namesAmount }: { act: string; by: typeof accept; namesAmount?: boolean } =
    verbs[action];
  if (namesAmount && amount === undefined) throw wrong('amount', `is needed to ${action}`);
  const { clientMessageId = world.nextId('answer') } = input;
  const standing = ownOffer(world, actor, offerId);
  const { conversationId } = standing;
  const before = firstAnswer(
    world,
    actor,
    { conversationId, clientMessageId },
    (offer, step) =>
      offer.id === offerId && step.act === act && (!namesAmount || step.amount === amount),
  );
  if (before) return before;
  if (world.isClosed(conversationId)) throw new Refusal('CONVERSATION_CLOSED');
  try {
    return by(world, actor, standing, { version, clientMessageId, amount: amount! });
  } catch (error) {
    throw asFound(world, error, offerId);
  }
}

function counter(world: World, actor: Actor, standing: Offer, seen: Seen): OfferAnswer {
  const listing = listingOf(world, standing.listingId);
  mustStillBeThere(listing, standing.sellerId);
  const countered = standing.counterBy(actor.userId, seen, listing.price, world.now());
  mustBeOnSale(listing);
  return record(world, countered, actor);
}

/** Reserves the listing, opens the deal and closes all other open offers of the listing. */
function accept(world: World, actor: Actor, standing: Offer, seen: Seen): OfferAnswer {
  const now = world.now();
  const dealId = world.nextId('deal');
  const accepted = standing.acceptBy(actor.userId, seen, dealId, now);
  const { listingId, conversationId, buyerId, sellerId, amount } = accepted;
  const listing = listingOf(world, listingId);
  mustStillBeThere(listing, sellerId);
  keepListing(world, listing.reserveFor(dealId));
  world.state.deals[dealId] = Deal.open({
    id: dealId,
    listingId,
    offerId: accepted.id,
    conversationId,
    buyerId,
    sellerId,
    amount,
    currency: 'KRW',
    state: 'open',
    createdAt: now,
  }).snapshot();
  const answer = record(world, accepted, actor);
  const rivals = closeOffers(world, 'anotherAccepted', undefined, (one) => {
    return one.listingId === listingId && one.id !== accepted.id;
  });
  for (const offer of [accepted, ...rivals])
    announce(world, world.state.conversations[offer.conversationId]!);
  return answer;
}

/** Closes the open ones of these offers, and says so in their logs. */
export function closeOffers(
  world: World,
  reason: view.CloseReason,
  closedBy: string | undefined,
  isMeant: (offer: Offer) => boolean,
): Offer[] {
  const closed = offersThat(world, (offer) => offer.open && isMeant(offer)).map((offer) =>
    offer.close(reason, world.now(), closedBy),
  );
  for (const offer of closed) record(world, offer);
  return closed;
}

/** The offer as its reader sees it, with what this person may do now. Throws NOT_FOUND. */
export function getOffer(world: World, actor: Actor, id: string): view.Offer {
  const offer = ownOffer(world, actor, id);
  const { price } = world.state.listings[offer.listingId]!;
  const ground = { price, closed: world.isClosed(offer.conversationId), now: world.now() };
  return { ...offer.view(), abilities: offer.abilitiesOf(actor.userId, ground) };
}

function ownOffer(world: World, actor: Actor, id: string): Offer {
  const is = world.state.offers[id];
  const offer = is && new Offer(is);
  if (!offer?.has(actor.userId)) throw new Refusal('NOT_FOUND', 'No such offer');
  return offer;
}

const offersThat = (world: World, isMeant: (offer: Offer) => boolean): Offer[] =>
  Object.values(world.state.offers)
    .map((is) => new Offer(is))
    .filter(isMeant);

function mustBeOnSale(listing: Listing | null): asserts listing is Listing {
  if (!listing?.isOnSale) throw new Refusal('LISTING_UNAVAILABLE');
}

/** Returns the same offer, or ends it first when its time is over. */
function expire(world: World, offer: Offer): Offer {
  const ended = offer.expire(world.now());
  if (ended !== offer) record(world, ended);
  return ended;
}

/** The refusal with the offer as it is now. */
function asFound(world: World, error: unknown, id: string): unknown {
  const found = ['OFFER_EXPIRED', 'OFFER_CHANGED', 'LISTING_UNAVAILABLE'];
  if (!(error instanceof Refusal) || !found.includes(error.code)) return error;
  const current = expire(world, new Offer(world.state.offers[id]!)).view();
  return new Refusal(error.code, error.message, { ...error.details, current });
}

/** Stores the offer, writes its acts into the log up to `version`, and returns the entry of that one. */
export function record(
  world: World,
  offer: Offer,
  actor?: Actor,
  version = offer.version,
): OfferAnswer {
  const { steps, loggedVersion } = offer.snapshot();
  const missing = steps.filter((step) => step.version > loggedVersion || step.version === version);
  let message: view.Message | undefined;
  for (const step of missing.filter((one) => one.version <= version)) {
    const id = actIdOf({ kind: 'offer', id: offer.id, version: step.version });
    const act = { senderId: step.by, clientMessageId: id };
    const origin = {
      ...(step.by === actor?.userId ? { socketId: actor?.socketId } : {}),
      ...(step.clientMessageId === null ? {} : { clientMessageId: step.clientMessageId }),
    };
    const draft = { ...act, kind: 'offer', offer: offer.at(step.version) } as const;
    ({ message } = append(world, offer.conversationId, draft, origin));
  }
  const known = world.state.offers[offer.id];
  // A repeat is told again, but does not undo what came after it.
  if (!known || known.steps.length <= steps.length)
    world.state.offers[offer.id] = {
      ...offer.snapshot(),
      loggedVersion: Math.max(loggedVersion, version),
    };
  return { offer: offer.viewFor(actor?.userId, version), message: message! };
}

/** The first answer to the same act. Throws IDEMPOTENCY_CONFLICT for another act under the same id. */
function firstAnswer(
  world: World,
  actor: Actor,
  { conversationId, clientMessageId }: { conversationId: string; clientMessageId: string },
  isSame: (offer: Offer, step: OfferStep) => boolean,
): OfferAnswer | undefined {
  for (const offer of offersThat(world, (one) => one.conversationId === conversationId)) {
    const step = offer.stepSentAs(actor.userId, clientMessageId);
    if (!step) continue;
    if (!isSame(offer, step)) throw new Refusal('IDEMPOTENCY_CONFLICT');
    return { ...record(world, offer, actor, step.version), duplicate: true };
  }
  return undefined;
}
