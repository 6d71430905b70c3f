import type { Conversation, Message, Offer } from './contract-types.js';
import { ConversationLog, type Entry } from './conversation-log.js';
import type { HaggleError } from './haggle-error.js';
import { Value, type Readable } from './readable.js';

/** A message on its way. Shown after all confirmed entries, under `clientMessageId` as its list key. */
export interface PendingMessage {
  readonly clientMessageId: string;
  readonly text: string;
  readonly createdAt: string;
  readonly state: 'sending' | 'failed';
  /** Why it failed. */
  readonly error?: HaggleError;
  /** Tried at least once: the server may have it although no answer came. */
  readonly tried: boolean;
  /** Confirmed, but entries before it have yet to arrive. */
  readonly seq?: number;
}

/** Everything to draw one conversation. Immutable; the same object until something changes. */
export interface RoomSnapshot {
  /** Undefined until it has arrived. */
  readonly conversation: Conversation | undefined;
  readonly entries: readonly Entry[];
  readonly pending: readonly PendingMessage[];
  /** Offers of this conversation in their newest known version, by id. */
  readonly offers: ReadonlyMap<string, Offer>;
  /** The other side is typing. */
  readonly typing: boolean;
  readonly hasOlder: boolean;
}

/** One conversation as this device knows it: its view, its log, what is on the way. */
export class Room implements Readable<RoomSnapshot> {
  log = new ConversationLog();
  private readonly value = new Value<RoomSnapshot>({
    conversation: undefined,
    entries: [],
    pending: [],
    offers: new Map(),
    typing: false,
    hasOlder: false,
  });

  constructor(readonly id: string) {}

  snapshot(): RoomSnapshot {
    return this.value.snapshot();
  }

  subscribe(listener: () => void): () => void {
    return this.value.subscribe(listener);
  }

  change(part: Partial<RoomSnapshot>): void {
    this.value.set({ ...this.snapshot(), ...part });
  }

  /** Forgets what the server said, keeps what is on its way to it. */
  restart(): void {
    this.log = new ConversationLog();
    this.change({ conversation: undefined, entries: [], offers: new Map(), hasOlder: false });
  }

  /** Call after the log changed: draws its entries, and ends the pending messages that are among them now. */
  showLog(added: readonly Message[] = []): void {
    const { pending } = this.snapshot();
    this.change({
      entries: this.log.entries,
      hasOlder: this.log.hasOlder,
      pending: pending.some((message) => this.isShown(message))
        ? pending.filter((message) => !this.isShown(message))
        : pending,
    });
    for (const message of added) if (message.offer) this.learnOffer(message.offer);
  }

  /** The highest version tells the state of an offer, however it came here. */
  learnOffer(offer: Offer): void {
    const { offers } = this.snapshot();
    const known = offers.get(offer.id);
    if (known && known.version >= offer.version) return;
    this.change({ offers: new Map(offers).set(offer.id, offer) });
  }

  changePending(clientMessageId: string, part: Partial<PendingMessage> | null): void {
    const pending = this.snapshot().pending.flatMap((message) => {
      if (message.clientMessageId !== clientMessageId) return [message];
      return part ? [{ ...message, ...part }] : [];
    });
    this.change({ pending });
  }

  private isShown(message: PendingMessage): boolean {
    return message.seq !== undefined && message.seq <= this.log.last;
  }
}
