import type { view } from '../contract/index.js';

export interface PartiesSnapshot {
  id: string;
  listingId: string;
  buyerId: string;
  sellerId: string;
}

/** One listing, its seller and one buyer: what a conversation, an offer and a deal are between. */
export abstract class Parties<Snapshot extends PartiesSnapshot> {
  constructor(protected readonly is: Snapshot) {}

  get id(): string {
    return this.is.id;
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

  has(userId: string): boolean {
    return userId === this.is.buyerId || userId === this.is.sellerId;
  }

  sideOf(userId: string): view.OfferSide {
    return userId === this.is.buyerId ? 'buyer' : 'seller';
  }
}

interface Step {
  version: number;
  by: string | null;
  clientMessageId: string | null;
  at: Date;
  state: string;
}

interface TradeSnapshot<Act extends Step> extends PartiesSnapshot {
  conversationId: string;
  steps: Act[];
}

/** An offer or a deal: moved act by act, one version each; all acts together are its history. */
export abstract class Trade<
  Act extends Step,
  Snapshot extends TradeSnapshot<Act>,
> extends Parties<Snapshot> {
  get conversationId(): string {
    return this.is.conversationId;
  }
  get version(): number {
    return this.last.version;
  }
  get state(): Act['state'] {
    return this.last.state;
  }
  /** When it was last moved. */
  get movedAt(): Date {
    return this.last.at;
  }

  snapshot(): Snapshot {
    return { ...this.is, steps: [...this.is.steps] };
  }

  /** The act that somebody sent under this id; null when there is none. */
  stepSentAs(userId: string, clientMessageId: string | undefined): Act | null {
    if (clientMessageId === undefined) return null;
    const isSame = (step: Act) => step.by === userId && step.clientMessageId === clientMessageId;
    return this.is.steps.find(isSame) ?? null;
  }

  protected get last(): Act {
    return this.is.steps.at(-1)!;
  }
}
