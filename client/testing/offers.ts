import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { trimText } from '../../src/contract/text.js';
import type { Message, Offer, OfferAct, OfferState } from '../contract-types.js';
import { checkClientMessageId, checkId, checkText, checkWhole, mustBe } from './check.js';
import { announce, findOwn, isClosed } from './conversations.js';
import { append } from './log.js';
import type { Actor, StoredOffer, World } from './world.js';

export interface OfferAnswer {
  offer: Offer;
  message: Message;
}

/** Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, LISTING_UNAVAILABLE, OFFER_NOT_ALLOWED, IDEMPOTENCY_CONFLICT. */
export function makeOffer(
  world: World,
  actor: Actor,
  input: Record<string, unknown>,
): OfferAnswer & { duplicate: boolean } {
  const { amount, clientMessageId } = input;
  checkWhole(amount, 'amount', 0, limits.priceMax);
  checkClientMessageId(clientMessageId);
  const note =
    input.note === undefined
      ? undefined
      : checkText(input.note, 'note', limits.noteLength, trimText);
  const conversation = findOwn(world, actor, input.conversationId);
  const { listingId, buyerId, sellerId } = conversation;
  if (actor.userId !== buyerId) throw new Refusal('FORBIDDEN', 'Only the buyer makes offers');
  if (isClosed(world, conversation)) throw new Refusal('CONVERSATION_CLOSED');
  const before = repeat(world, actor, conversation.id, clientMessageId, 'made', amount, note);
  if (before) return { ...before, duplicate: true };
  const listing = world.state.listings[listingId]!;
  if (listing.state !== 'onSale') throw new Refusal('LISTING_UNAVAILABLE');
  expireOverdue(world, listingId);
  const earlier = offersOn(world, listingId).filter(({ offer }) => offer.buyerId === buyerId);
  const standing = earlier.find(({ offer }) => offer.turn !== null);
  if (standing)
    throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already', { current: standing.offer });
  const tries = earlier.filter(({ offer }) => counted.has(offer.state)).length;
  mustFollowTheRules(amount, listing, tries);
  const now = world.now();
  const stored: StoredOffer = {
    acts: {},
    offer: {
      id: world.nextId('offer'),
      conversationId: conversation.id,
      listingId,
      buyerId,
      sellerId,
      amount,
      currency: listing.currency,
      ...(note === undefined ? {} : { note }),
      state: 'awaitingSeller',
      turn: 'seller',
      version: 1,
      expiresAt: new Date(now.getTime() + limits.offerHours * 3_600_000).toISOString(),
      moves: [{ by: 'buyer', amount, at: now.toISOString() }],
      attempt: tries + 1,
    },
  };
  world.state.offers[stored.offer.id] = stored;
  return { ...record(world, stored, 'made', actor, clientMessageId), duplicate: false };
}

/** Offers that ended so used up one of the buyer's tries. */
const counted: ReadonlySet<string> = new Set(['declined', 'withdrawn', 'expired']);

function mustFollowTheRules(
  amount: number,
  listing: { price: number; offers: { enabled: boolean } },
  tries: number,
): void {
  const rules: [boolean, string][] = [
    [listing.offers.enabled && listing.price > 0, 'The seller takes no offers for this'],
    [tries < limits.offerTries, `Only ${limits.offerTries} offers can be made on one listing`],
    [amount < listing.price, 'An offer is below the price'],
    [
      amount >= listing.price * limits.offerFloor,
      `An offer is at least ${limits.offerFloor * 100} % of the price`,
    ],
    [amount % limits.offerStep === 0, `An offer is a multiple of ${limits.offerStep}`],
  ];
  const broken = rules.find(([kept]) => !kept);
  if (broken) throw new Refusal('OFFER_NOT_ALLOWED', broken[1]);
}

/** Throws NOT_FOUND, FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE, IDEMPOTENCY_CONFLICT. */
export function respondToOffer(
  world: World,
  actor: Actor,
  input: Record<string, unknown>,
): OfferAnswer {
  const { offerId, action, amount, version } = input;
  checkId(offerId, 'offerId');
  mustBe(
    action === 'accept' || action === 'decline' || action === 'withdraw',
    'action',
    'is not one',
  );
  if (action === 'accept') checkWhole(amount, 'amount', 0);
  if (version !== undefined) checkWhole(version, 'version', 1);
  const clientMessageId = input.clientMessageId ?? world.nextId('answer');
  checkClientMessageId(clientMessageId);
  const stored = world.state.offers[offerId];
  const { offer } = stored ?? {};
  if (!offer || (actor.userId !== offer.buyerId && actor.userId !== offer.sellerId))
    throw new Refusal('NOT_FOUND', 'No such offer');
  const { act, state } = answers[action];
  const before = repeat(
    world,
    actor,
    offer.conversationId,
    clientMessageId,
    act,
    action === 'accept' ? amount : undefined,
  );
  if (before) return before;
  mustAwait(world, offer, version);
  const ownTurn = offer.turn === sideOf(offer, actor.userId);
  if (ownTurn === (action === 'withdraw')) throw new Refusal('FORBIDDEN');
  if (action === 'accept') {
    if (amount !== offer.amount) throw new Refusal('OFFER_CHANGED', undefined, { current: offer });
    reserve(world, offer);
    stored!.offer = { ...offer, dealId: world.nextId('deal') };
  }
  step(stored!, state);
  const answer = record(world, stored!, act, actor, clientMessageId);
  if (action === 'accept') closeRivals(world, offer);
  return answer;
}

const answers = {
  accept: { act: 'accepted', state: 'accepted' },
  decline: { act: 'declined', state: 'declined' },
  withdraw: { act: 'withdrawn', state: 'withdrawn' },
} as const;

function mustAwait(world: World, offer: Offer, version: number | undefined): void {
  const current = { current: offer };
  if (offer.state === 'closed') throw new Refusal('LISTING_UNAVAILABLE', undefined, current);
  const overdue = offer.turn !== null && Date.parse(offer.expiresAt) <= world.now().getTime();
  if (offer.state === 'expired' || overdue) throw new Refusal('OFFER_EXPIRED', undefined, current);
  if (offer.turn === null || (version !== undefined && version !== offer.version))
    throw new Refusal('OFFER_CHANGED', undefined, current);
}

function reserve(world: World, offer: Offer): void {
  const listing = world.state.listings[offer.listingId]!;
  if (listing.state !== 'onSale') throw new Refusal('LISTING_UNAVAILABLE');
  listing.state = 'reserved';
  listing.version += 1;
}

function closeRivals(world: World, accepted: Offer): void {
  const affected = new Set([accepted.conversationId]);
  for (const rival of offersOn(world, accepted.listingId)) {
    if (rival.offer.turn === null) continue;
    step(rival, 'closed', 'anotherAccepted');
    record(world, rival, 'closed');
    affected.add(rival.offer.conversationId);
  }
  for (const id of affected) announce(world, world.state.conversations[id]!);
}

/** The next offer of its buyer finds an overdue one, and ends it then. */
function expireOverdue(world: World, listingId: string): void {
  for (const stored of offersOn(world, listingId)) {
    const { turn, expiresAt } = stored.offer;
    if (turn === null || Date.parse(expiresAt) > world.now().getTime()) continue;
    step(stored, 'expired');
    record(world, stored, 'expired');
  }
}

const sideOf = (offer: Offer, userId: string | undefined) =>
  userId === offer.buyerId ? 'buyer' : 'seller';

const offersOn = (world: World, listingId: string) =>
  Object.values(world.state.offers).filter(({ offer }) => offer.listingId === listingId);

function step(stored: StoredOffer, state: OfferState, reason?: string): void {
  stored.offer = {
    ...stored.offer,
    state,
    turn: null,
    version: stored.offer.version + 1,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Writes an act into the log of the conversation. */
function record(
  world: World,
  stored: StoredOffer,
  act: OfferAct,
  actor?: Actor,
  clientMessageId?: string,
): OfferAnswer {
  const { offer } = stored;
  const { message } = append(
    world,
    world.state.conversations[offer.conversationId]!,
    {
      senderId: actor?.userId ?? null,
      clientMessageId: `offer:${offer.id}:v${offer.version}`,
      kind: 'offer',
      fields: { offer: { ...offer, act } },
    },
    { socketId: actor?.socketId, clientMessageId },
  );
  // After one's own act the other side has the turn: all one may do is take it back.
  const withdraw = offer.turn !== null && offer.turn !== sideOf(offer, actor?.userId);
  const abilities = { accept: false, counter: null, decline: false, withdraw };
  const answer = { offer: actor ? { ...offer, abilities } : offer, message };
  if (actor && clientMessageId)
    stored.acts[`${actor.userId} ${clientMessageId}`] = {
      act,
      amount: offer.amount,
      note: offer.note,
      answer,
    };
  return answer;
}

/** What the same act was answered with before. Throws IDEMPOTENCY_CONFLICT for another act under the same id. */
function repeat(
  world: World,
  actor: Actor,
  conversationId: string,
  clientMessageId: string,
  act: OfferAct,
  amount?: unknown,
  note?: unknown,
): OfferAnswer | undefined {
  const done = Object.values(world.state.offers)
    .filter(({ offer }) => offer.conversationId === conversationId)
    .map(({ acts }) => acts[`${actor.userId} ${clientMessageId}`])
    .find((one) => one !== undefined);
  if (!done) return undefined;
  const same = done.act === act && (amount === undefined || done.amount === amount);
  if (!same || (act === 'made' && done.note !== note)) throw new Refusal('IDEMPOTENCY_CONFLICT');
  return done.answer;
}
