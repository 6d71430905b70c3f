/**
 * One object holds all rules of a negotiation, and so one file: whether something is allowed is answered here or in the
 * table of transitions.
 */
import { Refusal } from '../contract/errors.js';
import { tradeLimits } from '../contract/trade-limits.js';
import type { view } from '../contract/index.js';
import type { Terms } from './deal.js';
import type { OfferEntry } from './entry.js';
import { counterRange, type CounterRange } from './counter-range.js';
import { deadlineAfter } from './deadline.js';
import { mayOffer, mayTryAgain, type OfferGround } from './may-offer.js';
import { transitionOf, turnIn, type OfferMover } from './offer-transitions.js';
import { Trade } from './parties.js';

/** One act on an offer; all steps together are its history, and each is an entry of the log. */
export interface OfferStep {
  version: number;
  act: view.OfferAct;
  /** null: the system did it, such as closing because another offer was accepted. */
  by: string | null;
  /** The sender's id of this act; a repeat is found by it. */
  clientMessageId: string | null;
  /** In won; 0 asks for a give-away. */
  amount: number;
  state: view.OfferState;
  reason?: string;
  /** Done for the seller by the hidden minimum or the automatic accept. Never shown to the buyer. */
  byRule?: boolean;
  /** The person who left or blocked, and so closed it. Never shown: a block must look like any other end. */
  closedBy?: string;
  at: Date;
  expiresAt: Date;
}

export interface OfferSnapshot {
  id: string;
  conversationId: string;
  listingId: string;
  buyerId: string;
  sellerId: string;
  currency: 'KRW';
  note?: string;
  /** Hours that each move stands. */
  hours: number;
  /** Its number among the buyer's offers on the listing that count. */
  attempt?: number;
  /** When it is declined for being below the hidden minimum. Must never leave the server. */
  declineAt?: Date;
  dealId?: string;
  steps: OfferStep[];
  /** The log of the conversation holds its acts up to this version. */
  loggedVersion: number;
}

/** What is needed to make an offer, besides the rules. */
export interface OfferDraft {
  id: string;
  conversationId: string;
  listingId: string;
  buyerId: string;
  sellerId: string;
  note?: string | undefined;
  clientMessageId: string;
}

/** The act that a person sends about an offer that they saw. */
export interface Seen {
  /** Left out: the act applies to whatever version stands. */
  version?: number | undefined;
  clientMessageId: string;
}

type Act = Pick<OfferStep, 'act' | 'by' | 'clientMessageId'> &
  Partial<Pick<OfferStep, 'amount' | 'expiresAt' | 'reason' | 'byRule' | 'closedBy'>>;

/**
 * A negotiation between the seller and one buyer. It refuses what the rules do not allow. Every act returns a new
 * offer, one version further; final states never change.
 */
export class Offer extends Trade<OfferStep, OfferSnapshot> {
  /** The buyer names a price. Throws OFFER_NOT_ALLOWED with the rule that was broken. */
  static make(draft: OfferDraft & { amount: number }, ground: OfferGround, now: Date): Offer {
    mayOffer(draft.amount, ground, now);
    const { minimum, declineAfterMs } = ground;
    const tooLow = minimum !== null && draft.amount < minimum;
    return Offer.begin(draft, draft.amount, ground, now, {
      ...(tooLow ? { declineAt: new Date(now.getTime() + declineAfterMs) } : {}),
    });
  }

  /**
   * The buyer asks for a give-away: an offer with amount 0, which the seller accepts or not. Throws OFFER_NOT_ALLOWED.
   */
  static ask(
    draft: OfferDraft,
    ground: Pick<OfferGround, 'ended' | 'withdrawals'>,
    now: Date,
  ): Offer {
    mayTryAgain(ground, now);
    const hours = tradeLimits.requestDays * 24;
    return Offer.begin(draft, 0, { ...ground, hours }, now, {});
  }

  /**
   * What a buyer's earlier offers on the listing mean for a new one: how many count, and the one whose time is over,
   * which ends now. Throws OFFER_NOT_ALLOWED while one of them is open.
   */
  static before(earlier: Offer[], now: Date): { ended: number; expired: Offer | undefined } {
    const offers = earlier.map((one) => one.expire(now));
    const current = offers.find(({ open }) => open)?.view();
    if (current) throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already', { current });
    return {
      ended: offers.filter(({ counts }) => counts).length,
      expired: offers.find((one, index) => one !== earlier[index]),
    };
  }

  private static begin(
    draft: OfferDraft,
    amount: number,
    ground: Pick<OfferGround, 'ended' | 'hours'>,
    now: Date,
    hidden: Pick<OfferSnapshot, 'declineAt'>,
  ): Offer {
    const { id, conversationId, listingId, buyerId, sellerId, note, clientMessageId } = draft;
    return new Offer({
      id,
      conversationId,
      listingId,
      buyerId,
      sellerId,
      currency: 'KRW',
      ...(note === undefined ? {} : { note }),
      hours: ground.hours,
      attempt: ground.ended + 1,
      ...hidden,
      loggedVersion: 0,
      steps: [
        {
          version: 1,
          act: 'made',
          by: buyerId,
          clientMessageId,
          amount,
          state: 'awaitingSeller',
          at: now,
          expiresAt: deadlineAfter(now, ground.hours),
        },
      ],
    });
  }

  get amount(): number {
    return this.last.amount;
  }
  get expiresAt(): Date {
    return this.last.expiresAt;
  }
  get dealId(): string | null {
    return this.is.dealId ?? null;
  }
  /** What was agreed on; only for an accepted offer. */
  get terms(): Terms {
    const { id: offerId, conversationId, listingId, buyerId, sellerId, dealId } = this.is;
    const { amount } = this;
    return { id: dealId!, offerId, conversationId, listingId, buyerId, sellerId, amount };
  }
  get turn(): view.OfferSide | null {
    return turnIn(this.state);
  }
  /** Whether it waits for somebody's answer. */
  get open(): boolean {
    return this.turn !== null;
  }
  /** Whether it asks for a give-away. */
  get isRequest(): boolean {
    return this.amount === 0;
  }
  /**
   * Whether it used one of the buyer's tries: it ended without a deal while the buyer's own amount stood. An offer that
   * fell through, ended on an amount of the seller, or was closed by anybody else does not count.
   */
  get counts(): boolean {
    const ended = ['declined', 'withdrawn', 'expired'].includes(this.state);
    return (ended || this.closedByBuyer) && this.moves.at(-1)!.by === this.is.buyerId;
  }
  get declinedByRule(): boolean {
    return this.last.act === 'declined' && this.last.byRule === true;
  }
  /** When the buyer took it back, also by leaving or by a block; null when they did not. */
  get withdrawnByBuyerAt(): Date | null {
    const { act, by, at } = this.last;
    return (act === 'withdrawn' && by === this.is.buyerId) || this.closedByBuyer ? at : null;
  }
  /** When time ends it, by the hidden minimum or by its deadline; null once it is over. */
  get dueAt(): Date | null {
    if (!this.open) return null;
    const { declineAt } = this.is;
    return declineAt && declineAt < this.expiresAt ? declineAt : this.expiresAt;
  }
  /** When to remind the side whose turn it is; null when the offer is over or stands too briefly. */
  get remindAt(): Date | null {
    if (!this.open) return null;
    const at = new Date(this.expiresAt.getTime() - tradeLimits.offerReminderHours * 3_600_000);
    return at > this.last.at ? at : null;
  }

  isExpiredAt(now: Date): boolean {
    return this.open && this.expiresAt <= now;
  }

  /**
   * Names another amount and gives the turn to the other side. `price` is what the listing costs now: a buyer who pays
   * it needs no offer. Throws FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED, OFFER_NOT_ALLOWED, LISTING_UNAVAILABLE.
   */
  counterBy(userId: string, seen: Seen & { amount: number }, price: number, now: Date): Offer {
    this.mustAwait(seen.version, now);
    this.mustBeAllowed('countered', userId);
    if (this.moves.length >= tradeLimits.offerMoves)
      throw this.notAllowed(`At most ${tradeLimits.offerMoves} moves: accept or decline`);
    const range = this.counterRange(price);
    if (!range || seen.amount < range.from || seen.amount > range.to)
      throw this.notAllowed('Another amount lies strictly between the two that stand');
    if (seen.amount % range.step !== 0)
      throw this.notAllowed(`An offer is a multiple of ${range.step}`);
    const { amount, clientMessageId } = seen;
    const expiresAt = deadlineAfter(now, this.is.hours);
    return this.step({ act: 'countered', by: userId, clientMessageId, amount, expiresAt }, now);
  }

  /** Accepts the amount that the person saw. Throws FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE. */
  acceptBy(userId: string, seen: Seen & { amount: number }, dealId: string, now: Date): Offer {
    this.mustAwait(seen.version, now);
    this.mustBeAllowed('accepted', userId);
    if (seen.amount !== this.amount) throw this.changed();
    return this.step({ act: 'accepted', by: userId, ...idOf(seen) }, now, { dealId });
  }

  /** Accepts for the seller, who said beforehand that this amount is enough. */
  acceptByRule(as: { clientMessageId: string }, dealId: string, now: Date): Offer {
    const by = this.is.sellerId;
    return this.step({ act: 'accepted', by, ...idOf(as), byRule: true }, now, { dealId });
  }

  /** Throws FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE. */
  declineBy(userId: string, seen: Seen, now: Date): Offer {
    this.mustAwait(seen.version, now);
    this.mustBeAllowed('declined', userId);
    return this.step({ act: 'declined', by: userId, ...idOf(seen) }, now);
  }

  /**
   * Declines for the seller an amount below the hidden minimum, once its moment has come; before that the same offer.
   */
  declineByRule(as: { clientMessageId: string }, now: Date): Offer {
    const { declineAt, sellerId } = this.is;
    if (!this.open || !declineAt || declineAt > now || this.isExpiredAt(now)) return this;
    return this.step({ act: 'declined', by: sellerId, ...idOf(as), byRule: true }, now);
  }

  /** Takes it back for the person who made the standing move. Throws FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED. */
  withdrawBy(userId: string, seen: Seen, now: Date): Offer {
    this.mustAwait(seen.version, now);
    this.mustBeAllowed('withdrawn', userId);
    return this.step({ act: 'withdrawn', by: userId, ...idOf(seen) }, now);
  }

  /** Closes it for an outside reason, such as another accepted offer; `closedBy` is the person who left or blocked. */
  close(reason: view.CloseReason, now: Date, closedBy?: string): Offer {
    const who = closedBy === undefined ? {} : { closedBy };
    return this.step({ act: 'closed', by: null, clientMessageId: null, reason, ...who }, now);
  }

  /** Ends it when its time is over; before that, or when it is no longer open, returns the same offer. */
  expire(now: Date): Offer {
    if (!this.isExpiredAt(now)) return this;
    return this.step({ act: 'expired', by: null, clientMessageId: null }, now);
  }

  /** Marks that its deal was completed. Throws OFFER_CHANGED. */
  fulfil(now: Date): Offer {
    return this.step({ act: 'fulfilled', by: null, clientMessageId: null }, now);
  }

  /** Marks that its deal came to nothing. Throws OFFER_CHANGED. */
  fallThrough(reason: view.FallReason, now: Date): Offer {
    return this.step({ act: 'fellThrough', by: null, clientMessageId: null, reason }, now);
  }

  /** What a person may do with the offer now. `closed`: its conversation is closed. */
  abilitiesOf(
    userId: string,
    ground: { price: number; closed: boolean; now: Date },
  ): view.OfferAbilities {
    const side = this.sideOf(userId);
    const alive = !ground.closed && !this.isExpiredAt(ground.now);
    const may = (act: view.OfferAct) => alive && transitionOf(this.state, act, side) !== null;
    const mayCounter = may('countered') && this.moves.length < tradeLimits.offerMoves;
    return {
      accept: may('accepted'),
      counter: mayCounter ? this.counterRange(ground.price) : null,
      decline: may('declined'),
      withdraw: may('withdrawn'),
    };
  }

  /** The offer as a version left it, which is what the log says of that act. */
  at(version: number): OfferEntry {
    const steps = this.is.steps.filter((step) => step.version <= version);
    const last = steps.at(-1)!;
    const { id, conversationId, listingId, buyerId, sellerId, currency, note } = this.is;
    const { attempt, dealId } = this.is;
    const agreed = steps.some((step) => step.act === 'accepted');
    return {
      id,
      conversationId,
      listingId,
      buyerId,
      sellerId,
      amount: last.amount,
      currency,
      ...(note === undefined ? {} : { note }),
      state: last.state,
      ...(last.reason === undefined ? {} : { reason: last.reason }),
      turn: turnIn(last.state),
      version: last.version,
      expiresAt: last.expiresAt.toISOString(),
      moves: steps.filter(isMove).map((step) => ({
        by: this.sideOf(step.by!),
        amount: step.amount,
        at: step.at.toISOString(),
      })),
      ...(attempt === undefined ? {} : { attempt }),
      ...(agreed && dealId !== undefined ? { dealId } : {}),
      act: last.act,
    };
  }

  view(): view.Offer {
    const { act: _act, ...offer } = this.at(this.version);
    return offer;
  }

  /** The version that the answer to an act shows: it includes what the seller's rules did at once. */
  answeredAt(version: number): number {
    const next = this.is.steps.find((step) => step.version === version + 1);
    return next?.byRule && next.act === 'accepted' ? next.version : version;
  }

  /**
   * The answer to an act of `userId`, the same for every repeat. After one's own act it is the other side's turn, so
   * all one may do is take it back.
   */
  viewFor(userId: string | undefined, version: number): view.Offer {
    const { act: _act, ...offer } = this.at(version);
    if (userId === undefined) return offer;
    const withdraw = transitionOf(offer.state, 'withdrawn', this.sideOf(userId)) !== null;
    return { ...offer, abilities: { accept: false, counter: null, decline: false, withdraw } };
  }

  private get closedByBuyer(): boolean {
    return this.last.closedBy === this.is.buyerId;
  }

  private get moves(): OfferStep[] {
    return this.is.steps.filter(isMove);
  }

  /** Buyers only go up; sellers only go down, and stay below the price. A request has no range. */
  private counterRange(price: number): CounterRange | null {
    if (this.isRequest) return null;
    const standing = (side: view.OfferSide) =>
      this.moves.filter((step) => this.sideOf(step.by!) === side).at(-1)?.amount;
    return counterRange(standing('buyer') ?? 0, Math.min(standing('seller') ?? price, price));
  }

  /** Every change of state goes through the table. Throws OFFER_CHANGED for a step that is not in it. */
  private step(act: Act, now: Date, more: Pick<OfferSnapshot, 'dealId'> = {}): Offer {
    const { amount, expiresAt, version, state } = this.last;
    const transition = transitionOf(state, act.act, this.moverOf(act));
    if (!transition) throw this.changed();
    const { declineAt: _declineAt, ...rest } = this.is;
    return new Offer({
      ...rest,
      ...more,
      steps: [
        ...this.is.steps,
        { amount, expiresAt, ...act, state: transition.to, version: version + 1, at: now },
      ],
    });
  }

  private moverOf({ act, by }: Act): OfferMover {
    if (by !== null) return this.sideOf(by);
    return act === 'fulfilled' || act === 'fellThrough' ? 'deal' : 'system';
  }

  private mustAwait(version: number | undefined, now: Date): void {
    if (this.state === 'closed')
      throw new Refusal('LISTING_UNAVAILABLE', undefined, { current: this.view() });
    if (this.state === 'expired' || this.isExpiredAt(now))
      throw new Refusal('OFFER_EXPIRED', undefined, { current: this.view() });
    if (!this.open || (version !== undefined && version !== this.version)) throw this.changed();
  }

  private mustBeAllowed(act: view.OfferAct, userId: string): void {
    if (transitionOf(this.state, act, this.sideOf(userId))) return;
    throw new Refusal(
      'FORBIDDEN',
      act === 'withdrawn'
        ? 'Only who made the standing offer can withdraw it'
        : 'The answer is awaited from the other side',
    );
  }

  private notAllowed(rule: string): Refusal {
    return new Refusal('OFFER_NOT_ALLOWED', rule, { current: this.view() });
  }

  private changed(): Refusal {
    return new Refusal('OFFER_CHANGED', undefined, { current: this.view() });
  }
}

const isMove = ({ act }: OfferStep): boolean => act === 'made' || act === 'countered';

const idOf = ({ clientMessageId }: { clientMessageId: string }) => ({ clientMessageId });
