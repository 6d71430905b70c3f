import { Refusal } from '../../src/contract/errors.js';
import { actIdOf, entryOf } from '../../src/domain/deal-entry.js';
import { Deal, type DealStep, type Seen } from '../../src/domain/deal.js';
import { dealVerbs, type DealVerb } from '../../src/domain/deal-verbs.js';
import { asLeft, presentDeal } from '../../src/domain/deal-view.js';
import { presentCard } from '../../src/domain/listing-view.js';
import { Offer } from '../../src/domain/offer.js';
import { reviewsUntil } from '../../src/domain/review.js';
import { lineOf } from '../../src/contract/text.js';
import { limits } from '../../src/contract/limits.js';
import type { CancelReason, Deal as DealView } from '../contract-types.js';
import { checkClientMessageId, checkText, checkWhole, mustBe, withoutLeftOut } from './check.js';
import { announce, isClosed } from './conversations.js';
import { keepListing, listingOf } from './listings.js';
import { append } from './log.js';
import { record as recordOffer } from './offers.js';
import { presentUser } from './people.js';
import { writtenOf } from './reviews.js';
import type { Actor, World } from './world.js';

type Input = Record<string, unknown>;

interface Act {
  /** The deal after it. Throws VERSION_CONFLICT, FORBIDDEN, VALIDATION_FAILED. */
  by: (deal: Deal, userId: string, input: Input, now: Date) => Deal;
  isSame: (step: DealStep, input: Input) => boolean;
  arranges?: true;
}

/** A verb of the domain, over what was sent as it was checked. */
const checked = <Sent extends Seen>(
  { by, isSame, arranges }: DealVerb<Sent>,
  check: (input: Input) => Sent,
): Act => ({
  by: (deal, userId, input, now) => by(deal, userId, check(input), now),
  isSame: (step, input) => isSame(step, check(input)),
  ...(arranges ? { arranges } : {}),
});

/** By the last part of the path. */
export const dealActs = {
  appointment: checked(dealVerbs.setAppointment, (input) => ({
    ...seenIn(input),
    ...meetingIn(input),
  })),
  'appointment/confirm': checked(dealVerbs.confirm, (input) => {
    const { appointmentVersion } = input;
    if (appointmentVersion !== undefined) checkWhole(appointmentVersion, 'appointmentVersion', 1);
    return { ...seenIn(input), appointmentVersion };
  }),
  complete: checked(dealVerbs.complete, seenIn),
  cancel: checked(dealVerbs.cancel, (input) => {
    mustBe(typeof input.reason === 'string', 'reason', 'is not a reason');
    return { ...seenIn(input), reason: input.reason as CancelReason };
  }),
  'no-show': checked(dealVerbs.reportNoShow, seenIn),
  keep: checked(dealVerbs.keep, seenIn),
} satisfies Record<string, Act>;

function seenIn({ version, clientMessageId }: Input): Seen {
  if (version !== undefined) checkWhole(version, 'version', 1);
  if (clientMessageId !== undefined) checkClientMessageId(clientMessageId);
  return { version, clientMessageId };
}

function meetingIn({ at, place }: Input) {
  mustBe(typeof at === 'string' && !Number.isNaN(Date.parse(at)), 'at', 'is not a time');
  mustBe(typeof place === 'object' && place !== null, 'place', 'is not a place');
  const { name, point } = withoutLeftOut(place);
  return {
    at,
    place: {
      name: checkText(name, 'place.name', limits.placeNameLength, lineOf),
      ...(point === undefined ? {} : { point: point as { latitude: number; longitude: number } }),
    },
  };
}

/** Throws NOT_FOUND, FORBIDDEN, VERSION_CONFLICT, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, VALIDATION_FAILED. */
export function actOnDeal(
  world: World,
  actor: Actor,
  id: string,
  name: keyof typeof dealActs,
  input: Input,
): DealView {
  const act: Act = dealActs[name];
  const standing = ownDeal(world, actor, id);
  const { clientMessageId } = seenIn(input);
  const before = standing.stepSentAs(actor.userId, clientMessageId);
  if (before) {
    if (!act.isSame(before, input)) throw new Refusal('IDEMPOTENCY_CONFLICT');
    return asLeft(shownAs(world, actor, standing.at(before.version)));
  }
  const conversation = world.state.conversations[standing.conversationId]!;
  if (act.arranges && isClosed(world, conversation)) throw new Refusal('CONVERSATION_CLOSED');
  let deal: Deal;
  try {
    deal = act.by(standing, actor.userId, input, world.now());
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'VERSION_CONFLICT') throw error;
    const current = shownAs(world, actor, standing);
    throw new Refusal(error.code, error.message, { ...error.details, current });
  }
  const offer = deal.open ? undefined : settle(world, deal);
  recordDeal(world, deal, actor);
  if (offer) recordOffer(world, offer, offer.version);
  if (!deal.open) announce(world, conversation);
  return asLeft(shownAs(world, actor, deal, deal.movedAt));
}

/** What the end of a deal does to its listing and its offer. Returns the offer as it is then. */
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
  const conversation = world.state.conversations[deal.conversationId]!;
  const { steps, loggedVersion } = deal.snapshot();
  world.state.deals[deal.id] = { ...deal.snapshot(), loggedVersion: deal.version };
  for (const step of steps.filter(({ version }) => version > loggedVersion)) {
    const entry = entryOf(deal, step);
    if (!entry) continue;
    const { senderId, kind, ...fields } = entry;
    const origin = {
      ...(step.by === actor.userId ? { socketId: actor.socketId } : {}),
      ...(step.clientMessageId === null ? {} : { clientMessageId: step.clientMessageId }),
    };
    const draft = { senderId, clientMessageId: actIdOf(deal.id, step.version), kind, fields };
    append(world, conversation, draft, origin);
  }
  if (deal.freesListing) tellRivals(world, deal);
  const until = reviewsUntil(deal);
  if (until)
    append(world, conversation, {
      senderId: null,
      clientMessageId: `deal:${deal.id}:reviewsOpen`,
      kind: 'system',
      fields: { notice: { type: 'reviewsOpen', dealId: deal.id, at: until.toISOString() } },
    });
}

/** Everybody else who asked about the listing hears that it is on sale again. */
function tellRivals(world: World, deal: Deal): void {
  for (const one of Object.values(world.state.conversations)) {
    const isRival = one.listingId === deal.listingId && one.id !== deal.conversationId;
    if (!isRival || one.entries.length === 0 || isClosed(world, one)) continue;
    append(world, one, {
      senderId: null,
      clientMessageId: `deal:${deal.id}:free`,
      kind: 'system',
      fields: { notice: { type: 'listingFree' } },
    });
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
export function listDeals(
  world: World,
  actor: Actor,
  { state = 'open', conversationId }: Record<string, string>,
): DealView[] {
  return Object.values(world.state.deals)
    .map((is) => new Deal(is))
    .filter(
      (deal) =>
        deal.has(actor.userId) &&
        (state === 'all' || deal.open === (state === 'open')) &&
        (conversationId === undefined || deal.conversationId === conversationId),
    )
    .reverse()
    .map((deal) => shownAs(world, actor, deal));
}

export const shownAs = (world: World, actor: Actor, deal: Deal, now = world.now()): DealView =>
  presentDeal(deal, actor.userId, {
    listing: presentCard(deal.listingId, listingOf(world, deal.listingId) ?? undefined),
    buyer: presentUser(world, deal.buyerId),
    seller: presentUser(world, deal.sellerId),
    written: writtenOf(world, actor, deal.id),
    closed: isClosed(world, world.state.conversations[deal.conversationId]!),
    now,
  });
