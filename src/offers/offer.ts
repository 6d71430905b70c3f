import { Refusal, limits, type view } from '../contract/index.js';
import type { OfferEntry } from '../conversations/index.js';

/** One thing that happened to an offer; together they are its history, and each is an entry of the log. */
export interface OfferStep {
  version: number;
  act: view.OfferAct;
  /** null: the system, such as closing because another offer was accepted. */
  by: string | null;
  /** The sender's id of this act; a repeat is found by it. */
  clientMessageId: string | null;
  amount: number;
  state: view.OfferState;
  reason?: string;
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
  steps: OfferStep[];
  /** Its acts are in the log of the conversation up to this version. */
  loggedVersion: number;
}

const turns: Partial<Record<view.OfferState, view.OfferSide>> = {
  awaitingSeller: 'seller',
  awaitingBuyer: 'buyer',
};

/** What a new offer is measured against. */
export interface OfferGround {
  price: number;
  takesOffers: boolean;
  /** Offers that this buyer made on the listing before. */
  tries: number;
}

/**
 * A negotiation between the seller and one buyer. It refuses what the rules do not allow, and every act gives a new
 * offer one version further; the final states never change.
 */
export class Offer {
  constructor(private readonly is: OfferSnapshot) {}

  /** Throws OFFER_NOT_ALLOWED with the rule that was broken. */
  static make(
    draft: {
      id: string;
      conversationId: string;
      listingId: string;
      buyerId: string;
      sellerId: string;
      amount: number;
      note?: string | undefined;
      clientMessageId: string;
    },
    ground: OfferGround,
    now: Date,
  ): Offer {
    const { amount } = draft;
    if (!ground.takesOffers) refuse('The seller takes no offers for this');
    if (ground.tries >= limits.offerTries)
      refuse(`Only ${limits.offerTries} offers can be made on one listing`);
    if (amount >= ground.price) refuse('An offer is below the price');
    if (amount < ground.price * limits.offerFloor)
      refuse(`An offer is at least ${limits.offerFloor * 100} % of the price`);
    if (amount % limits.offerStep !== 0) refuse(`An offer is a multiple of ${limits.offerStep}`);
    const { id, conversationId, listingId, buyerId, sellerId, note, clientMessageId } = draft;
    return new Offer({
      id,
      conversationId,
      listingId,
      buyerId,
      sellerId,
      currency: 'KRW',
      ...(note === undefined ? {} : { note }),
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
          expiresAt: new Date(now.getTime() + limits.offerHours * 3_600_000),
        },
      ],
    });
  }

  get id(): string {
    return this.is.id;
  }
  get conversationId(): string {
    return this.is.conversationId;
  }
  get listingId(): string {
    return this.is.listingId;
  }
  get buyerId(): string {
    return this.is.buyerId;
  }
  get sellerId(): string {
    return this.is.sellerId;
  }
  get version(): number {
    return this.last.version;
  }
  get state(): view.OfferState {
    return this.last.state;
  }
  get amount(): number {
    return this.last.amount;
  }
  get expiresAt(): Date {
    return this.last.expiresAt;
  }
  get turn(): view.OfferSide | null {
    return turns[this.state] ?? null;
  }
  /** Waits for somebody's answer. */
  get open(): boolean {
    return this.turn !== null;
  }

  snapshot(): OfferSnapshot {
    return { ...this.is, steps: [...this.is.steps] };
  }

  has(userId: string): boolean {
    return userId === this.is.buyerId || userId === this.is.sellerId;
  }

  sideOf(userId: string): view.OfferSide {
    return userId === this.is.buyerId ? 'buyer' : 'seller';
  }

  isExpiredAt(now: Date): boolean {
    return this.open && this.expiresAt <= now;
  }

  /** The act that somebody sent under this id; null when there is none. */
  stepSentAs(userId: string, clientMessageId: string): OfferStep | null {
    return (
      this.is.steps.find(
        (step) => step.by === userId && step.clientMessageId === clientMessageId,
      ) ?? null
    );
  }

  /** Accepts the amount that the person saw. Throws FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE. */
  acceptBy(
    userId: string,
    seen: { amount: number; version: number; clientMessageId: string },
    now: Date,
  ): Offer {
    this.mustAwait(seen.version, now);
    this.mustHaveTheTurn(userId);
    if (seen.amount !== this.amount) throw this.changed();
    return this.step({ act: 'accepted', state: 'accepted', by: userId, ...pick(seen) }, now);
  }

  /** Throws FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED. */
  declineBy(userId: string, seen: Seen, now: Date): Offer {
    this.mustAwait(seen.version, now);
    this.mustHaveTheTurn(userId);
    return this.step({ act: 'declined', state: 'declined', by: userId, ...pick(seen) }, now);
  }

  /** Taken back by the one who made the standing move. Throws FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED. */
  withdrawBy(userId: string, seen: Seen, now: Date): Offer {
    this.mustAwait(seen.version, now);
    if (this.turn === this.sideOf(userId))
      throw new Refusal('FORBIDDEN', 'Only who made the standing offer can withdraw it');
    return this.step({ act: 'withdrawn', state: 'withdrawn', by: userId, ...pick(seen) }, now);
  }

  /** Ended by something outside of it, such as another offer that was accepted. */
  close(reason: string, now: Date): Offer {
    return this.step(
      { act: 'closed', state: 'closed', by: null, clientMessageId: null, reason },
      now,
    );
  }

  expire(now: Date): Offer {
    return this.step({ act: 'expired', state: 'expired', by: null, clientMessageId: null }, now);
  }

  /** The offer as a version left it: what the log says of that act. */
  at(version: number): OfferEntry {
    const steps = this.is.steps.filter((step) => step.version <= version);
    const last = steps.at(-1)!;
    const { id, conversationId, listingId, buyerId, sellerId, currency, note } = this.is;
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
      turn: turns[last.state] ?? null,
      version: last.version,
      expiresAt: last.expiresAt.toISOString(),
      moves: steps
        .filter((step) => step.act === 'made' || step.act === 'countered')
        .map((step) => ({
          by: this.sideOf(step.by!),
          amount: step.amount,
          at: step.at.toISOString(),
        })),
      act: last.act,
    };
  }

  view(): view.Offer {
    const { act: _act, ...offer } = this.at(this.version);
    return offer;
  }

  private get last(): OfferStep {
    return this.is.steps.at(-1)!;
  }

  private step(
    step: Pick<OfferStep, 'act' | 'state' | 'by' | 'clientMessageId'> & { reason?: string },
    now: Date,
  ): Offer {
    const { amount, expiresAt, version } = this.last;
    return new Offer({
      ...this.is,
      steps: [...this.is.steps, { ...step, version: version + 1, amount, expiresAt, at: now }],
    });
  }

  private mustAwait(version: number | undefined, now: Date): void {
    if (this.state === 'closed')
      throw new Refusal('LISTING_UNAVAILABLE', undefined, { current: this.view() });
    if (this.state === 'expired' || this.isExpiredAt(now))
      throw new Refusal('OFFER_EXPIRED', undefined, { current: this.view() });
    if (!this.open || (version !== undefined && version !== this.version)) throw this.changed();
  }

  private mustHaveTheTurn(userId: string): void {
    if (this.turn !== this.sideOf(userId))
      throw new Refusal('FORBIDDEN', 'The answer is awaited from the other side');
  }

  private changed(): Refusal {
    return new Refusal('OFFER_CHANGED', undefined, { current: this.view() });
  }
}

interface Seen {
  /** Left out: whatever version stands. */
  version?: number | undefined;
  clientMessageId: string;
}

const pick = ({ clientMessageId }: { clientMessageId: string }) => ({ clientMessageId });

function refuse(rule: string): never {
  throw new Refusal('OFFER_NOT_ALLOWED', rule);
}
