import { Refusal } from '../../src/contract/errors.js';
import type { request, view } from '../../src/contract/index.js';
import { actIdOf } from '../../src/domain/act.js';
import { entryOf } from '../../src/domain/deal-entry.js';
import { Deal, type Seen } from '../../src/domain/deal.js';
import type { DealVerb } from '../../src/domain/deal-verbs.js';
import { asLeft, presentDeal } from '../../src/domain/deal-view.js';
import { presentCard } from '../../src/domain/listing-view.js';
import { Offer } from '../../src/domain/offer.js';
import { reviewsUntil } from '../../src/domain/review.js';
import { announce } from './conversations.js';
import { keepListing, listingOf } from './listings.js';
import { append } from './log.js';
import { record } from './offers.js';
import { presentUser } from './people.js';
import { notice, writtenOf } from './reviews.js';
import type { Actor, World } from './world.js';

/** Throws NOT_FOUND, FORBIDDEN, VERSION_CONFLICT, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, VALIDATION_FAILED. */
export function actOnDeal<Input extends Seen>(
  world: World,
  actor: Actor,
  id: string,
  { by, isSame, arranges }: DealVerb<Input>,
  input: Input,
): view.Deal {
  const standing = ownDeal(world, actor, id);
  const before = standing.stepSentAs(actor.userId, input.clientMessageId);
  if (before) {
    if (!isSame(before, input)) throw new Refusal('IDEMPOTENCY_CONFLICT');
    return asLeft(shownTo(world, actor, standing.at(before.version)));
  }
  if (arranges && world.isClosed(standing.conversationId)) throw new Refusal('CONVERSATION_CLOSED');
  try {
    const deal = by(standing, actor.userId, input, world.now());
    const offer = deal.open ? undefined : settle(world, deal);
    recordDeal(world, deal, actor);
    if (offer) record(world, offer);
    if (!deal.open) announce(world, world.state.conversations[deal.conversationId]!);
    return asLeft(shownTo(world, actor, deal, deal.movedAt));
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'VERSION_CONFLICT') throw error;
    const current = shownTo(world, actor, standing);
    throw new Refusal(error.code, error.message, { ...error.details, current });
  }
}

/** Changes the listing and the offer when their deal has ended. Returns the changed offer. */
function settle(world: World, deal: Deal): Offer | undefined {
  const listing = listingOf(world, deal.listingId)!;
  keepListing(world, deal.freesListing ? listing.release(deal.id) : listing.sellBy(deal.id));
  const is = deal.offerId === null ? undefined : world.state.offers[deal.offerId];
  if (!is) return undefined;
  const offer = new Offer(is);
  return deal.freesListing
    ? offer.fallThrough(deal.fallReason, deal.movedAt)
    : offer.fulfil(deal.movedAt);
}

function recordDeal(world: World, deal: Deal, actor: Actor): void {
  const { id: dealId, conversationId } = deal;
  const { steps, loggedVersion } = deal.snapshot();
  world.state.deals[dealId] = { ...deal.snapshot(), loggedVersion: deal.version };
  for (const step of steps.filter(({ version }) => version > loggedVersion)) {
    const entry = entryOf(deal, step);
    if (!entry) continue;
    const draft = {
      ...entry,
      clientMessageId: actIdOf({ kind: 'deal', id: dealId, version: step.version }),
    };
    append(world, conversationId, draft, {
      ...(step.by === actor.userId ? { socketId: actor.socketId } : {}),
      ...(step.clientMessageId === null ? {} : { clientMessageId: step.clientMessageId }),
    });
  }
  if (deal.freesListing) tellRivals(world, deal);
  const at = reviewsUntil(deal)?.toISOString();
  const said = { type: 'reviewsOpen', dealId, at } as const;
  if (at) notice(world, conversationId, `deal:${dealId}:reviewsOpen`, said);
}

/** Tells everybody else who asked about the listing that it is on sale again. */
function tellRivals(world: World, { id, listingId, conversationId }: Deal): void {
  for (const one of Object.values(world.state.conversations)) {
    const isRival = one.listingId === listingId && one.id !== conversationId;
    if (!isRival || one.entries.length === 0 || world.isClosed(one.id)) continue;
    notice(world, one.id, `deal:${id}:free`, { type: 'listingFree' });
    announce(world, one);
  }
}

/** Throws NOT_FOUND. */
export function ownDeal(world: World, actor: Actor, id: string): Deal {
  const is = world.state.deals[id];
  const deal = is && new Deal(is);
  if (!deal?.has(actor.userId)) throw new Refusal('NOT_FOUND', 'No such deal');
  return deal;
}

/** Newest first. */
export function listDeals(world: World, actor: Actor, query: request.ListMyDeals): view.Deal[] {
  const { state, conversationId } = query;
  return Object.values(world.state.deals)
    .map((is) => new Deal(is))
    .filter(
      (deal) => deal.has(actor.userId) && (state === 'all' || deal.open === (state === 'open')),
    )
    .filter((deal) => conversationId === undefined || deal.conversationId === conversationId)
    .reverse()
    .map((deal) => shownTo(world, actor, deal));
}

export const shownTo = (world: World, actor: Actor, deal: Deal, now = world.now()): view.Deal =>
  presentDeal(deal, actor.userId, {
    listing: presentCard(deal.listingId, listingOf(world, deal.listingId) ?? undefined),
    buyer: presentUser(world, deal.buyerId),
    seller: presentUser(world, deal.sellerId),
    written: writtenOf(world, actor, deal.id),
    closed: world.isClosed(deal.conversationId),
    now,
  });
