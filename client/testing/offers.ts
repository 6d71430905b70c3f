import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { trimText } from '../../src/contract/text.js';
import { Deal } from '../../src/domain/deal.js';
import { Offer, offerActId, type OfferStep } from '../../src/domain/offer.js';
import { mustStillBeThere } from '../../src/domain/listing-access.js';
import type { Message, Offer as OfferView } from '../contract-types.js';
import { checkClientMessageId, checkId, checkText, checkWhole, mustBe } from './check.js';
import { announce, findOwn, isClosed } from './conversations.js';
import { keepListing, listingOf, mustBeOnSale } from './listings.js';
import { append, findSent } from './log.js';
import type { Actor, World } from './world.js';

export interface OfferAnswer {
  offer: OfferView;
  message: Message;
}
type Input = Record<string, unknown>;

/** Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, LISTING_UNAVAILABLE, OFFER_NOT_ALLOWED, IDEMPOTENCY_CONFLICT. */
export function makeOffer(
  world: World,
  actor: Actor,
  input: Input,
): OfferAnswer & { duplicate: boolean } {
  const { amount, clientMessageId } = input;
  checkWhole(amount, 'amount', 0, limits.priceMax);
  checkClientMessageId(clientMessageId);
  const note =
    input.note === undefined
      ? undefined
      : checkText(input.note, 'note', limits.noteLength, trimText);
  const conversation = findOwn(world, actor, input.conversationId);
  const { id: conversationId, listingId, buyerId, sellerId } = conversation;
  if (actor.userId !== buyerId) throw new Refusal('FORBIDDEN', 'Only the buyer makes offers');
  const before = firstAnswer(
    world,
    actor,
    { conversationId, clientMessageId },
    (offer, step) =>
      step.act === 'made' && step.amount === amount && offer.snapshot().note === note,
  );
  if (before) return { ...before, duplicate: true };
  if (isClosed(world, conversation)) throw new Refusal('CONVERSATION_CLOSED');
  if (findSent(conversation, actor.userId, clientMessageId))
    throw new Refusal('IDEMPOTENCY_CONFLICT');
  const listing = listingOf(world, listingId);
  mustBeOnSale(listing);
  const earlier = offersThat(
    world,
    (one) => one.listingId === listingId && one.buyerId === buyerId,
  ).map((one) => expire(world, one));
  const standing = earlier.find(({ open }) => open);
  if (standing)
    throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already', {
      current: standing.view(),
    });
  const withdrawals = offersThat(world, (one) => one.buyerId === buyerId).flatMap(
    ({ withdrawnByBuyerAt }) => withdrawnByBuyerAt ?? [],
  );
  const { price, offerHours: hours, minimum } = listing.snapshot();
  const offer = Offer.make(
    {
      ...{ id: world.nextId('offer'), conversationId, listingId, buyerId, sellerId },
      ...{ amount, note, clientMessageId },
    },
    {
      ...{ price, takesOffers: listing.takesOffers, hours, minimum, declineAfterMs: 0 },
      ...{ ended: earlier.filter(({ counts }) => counts).length, withdrawals },
    },
    world.now(),
  );
  return { ...record(world, offer, offer.version, actor), duplicate: false };
}

/** Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE, IDEMPOTENCY_CONFLICT. */
export function respondToOffer(world: World, actor: Actor, input: Input): OfferAnswer {
  const { offerId, action, amount, version } = input;
  checkId(offerId, 'offerId');
  mustBe(isAction(action), 'action', 'is not one');
  const { act, by, namesAmount } = actions[action];
  if (namesAmount) checkWhole(amount, 'amount', 0);
  if (version !== undefined) checkWhole(version, 'version', 1);
  const clientMessageId = input.clientMessageId ?? world.nextId('answer');
  checkClientMessageId(clientMessageId);
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
  if (isClosed(world, world.state.conversations[conversationId]!))
    throw new Refusal('CONVERSATION_CLOSED');
  const seen = { version, clientMessageId, amount: amount as number };
  try {
    return by(world, actor, standing, seen);
  } catch (error) {
    throw asFound(world, error, offerId);
  }
}

interface Seen {
  version: number | undefined;
  clientMessageId: string;
  amount: number;
}

const actions = {
  accept: { act: 'accepted', by: accept, namesAmount: true },
  counter: { act: 'countered', by: counter, namesAmount: true },
  decline: {
    act: 'declined',
    by: (world: World, actor: Actor, standing: Offer, seen: Seen) =>
      recordLast(world, standing.declineBy(actor.userId, seen, world.now()), actor),
    namesAmount: false,
  },
  withdraw: {
    act: 'withdrawn',
    by: (world: World, actor: Actor, standing: Offer, seen: Seen) =>
      recordLast(world, standing.withdrawBy(actor.userId, seen, world.now()), actor),
    namesAmount: false,
  },
} as const;

const isAction = (value: unknown): value is keyof typeof actions =>
  typeof value === 'string' && Object.hasOwn(actions, value);

function counter(world: World, actor: Actor, standing: Offer, seen: Seen): OfferAnswer {
  const listing = listingOf(world, standing.listingId);
  mustStillBeThere(listing, standing.sellerId);
  const countered = standing.counterBy(actor.userId, seen, listing.price, world.now());
  mustBeOnSale(listing);
  return recordLast(world, countered, actor);
}

/** Keeps the listing, opens the deal and closes all other open offers of the listing. */
function accept(world: World, actor: Actor, standing: Offer, seen: Seen): OfferAnswer {
  const now = world.now();
  const dealId = world.nextId('deal');
  const accepted = standing.acceptBy(actor.userId, seen, dealId, now);
  const { listingId, conversationId, buyerId, sellerId, amount } = accepted;
  const listing = listingOf(world, listingId);
  mustStillBeThere(listing, sellerId);
  keepListing(world, listing.reserveFor(dealId));
  world.state.deals[dealId] = Deal.open({
    ...{ id: dealId, listingId, offerId: accepted.id, conversationId, buyerId, sellerId, amount },
    ...{ currency: 'KRW', state: 'open', createdAt: now },
  }).snapshot();
  const answer = recordLast(world, accepted, actor);
  const rivals = closeOffers(
    world,
    (offer) => offer.listingId === listingId && offer.id !== accepted.id,
    { reason: 'anotherAccepted' },
  );
  for (const offer of [accepted, ...rivals])
    announce(world, world.state.conversations[offer.conversationId]!);
  return answer;
}

/** Closes the open ones among these, and says so in their logs. */
export function closeOffers(
  world: World,
  isMeant: (offer: Offer) => boolean,
  why: { reason: Parameters<Offer['close']>[0]; closedBy?: string },
): Offer[] {
  const closed = offersThat(world, (offer) => offer.open && isMeant(offer)).map((offer) =>
    offer.close(why.reason, world.now(), why.closedBy),
  );
  for (const offer of closed) recordLast(world, offer);
  return closed;
}

/** Throws NOT_FOUND. */
export function ownOffer(world: World, actor: Actor, id: string): Offer {
  const is = world.state.offers[id];
  const offer = is && new Offer(is);
  if (!offer?.has(actor.userId)) throw new Refusal('NOT_FOUND', 'No such offer');
  return offer;
}

/** With what its reader may do now. */
export const presentOffer = (world: World, actor: Actor, offer: Offer): OfferView => ({
  ...offer.view(),
  abilities: offer.abilitiesOf(actor.userId, {
    price: world.state.listings[offer.listingId]!.price,
    closed: isClosed(world, world.state.conversations[offer.conversationId]!),
    now: world.now(),
  }),
});

const offersThat = (world: World, isMeant: (offer: Offer) => boolean): Offer[] =>
  Object.values(world.state.offers)
    .map((is) => new Offer(is))
    .filter(isMeant);

/** The same offer, or ended when its time is over: whoever meets it ends it. */
function expire(world: World, offer: Offer): Offer {
  const ended = offer.expire(world.now());
  if (ended !== offer) recordLast(world, ended);
  return ended;
}

/** The refusal with the offer as it is by now. */
function asFound(world: World, error: unknown, id: string): unknown {
  const found = ['OFFER_EXPIRED', 'OFFER_CHANGED', 'LISTING_UNAVAILABLE'];
  if (!(error instanceof Refusal) || !found.includes(error.code)) return error;
  const current = expire(world, new Offer(world.state.offers[id]!)).view();
  return new Refusal(error.code, error.message, { ...error.details, current });
}

const recordLast = (world: World, offer: Offer, actor?: Actor): OfferAnswer =>
  record(world, offer, offer.version, actor);

/** Keeps the offer, writes its acts into the log up to `version`, and answers with that one. */
export function record(world: World, offer: Offer, version: number, actor?: Actor): OfferAnswer {
  const { steps, loggedVersion } = offer.snapshot();
  const missing = (step: OfferStep) => step.version > loggedVersion || step.version === version;
  let message: Message | undefined;
  for (const step of steps.filter((one) => one.version <= version && missing(one))) {
    const entry = append(
      world,
      world.state.conversations[offer.conversationId]!,
      {
        senderId: step.by,
        clientMessageId: offerActId(offer.id, step.version),
        kind: 'offer',
        fields: { offer: offer.at(step.version) },
      },
      {
        ...(step.by === actor?.userId ? { socketId: actor?.socketId } : {}),
        ...(step.clientMessageId === null ? {} : { clientMessageId: step.clientMessageId }),
      },
    );
    if (step.version === version) message = entry.message;
  }
  const logged = Math.max(loggedVersion, version);
  const known = world.state.offers[offer.id];
  // A repeat is told again; what came after it stays.
  if (!known || known.steps.length <= steps.length)
    world.state.offers[offer.id] = { ...offer.snapshot(), loggedVersion: logged };
  return { offer: offer.viewFor(actor?.userId, version), message: message! };
}

/** What the same act was answered with before. Throws IDEMPOTENCY_CONFLICT for another act under the same id. */
function firstAnswer(
  world: World,
  actor: Actor,
  sent: { conversationId: string; clientMessageId: string },
  isSame: (offer: Offer, step: OfferStep) => boolean,
): OfferAnswer | undefined {
  for (const offer of offersThat(world, (one) => one.conversationId === sent.conversationId)) {
    const step = offer.stepSentAs(actor.userId, sent.clientMessageId);
    if (!step) continue;
    if (!isSame(offer, step)) throw new Refusal('IDEMPOTENCY_CONFLICT');
    return record(world, offer, step.version, actor);
  }
  return undefined;
}
