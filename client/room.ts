import type { Conversation, Message, Offer } from './contract-types.js';
import { ConversationLog, type Entry } from './conversation-log.js';
import type { DraftFields } from './drafts.js';
import type { HaggleError } from './haggle-error.js';
import { Value, type Readable } from './readable.js';

/** A message on its way. Shown after all confirmed entries, under `clientMessageId` as its list key. */
export interface PendingMessage extends DraftFields {
  readonly clientMessageId: string;
  readonly conversationId: string;
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
  /** What is drawn: the log with its edits and unsends applied. */
  readonly entries: readonly Entry[];
  /** The log itself, every entry as the server told it. */
  readonly log: readonly Message[];
  readonly pending: readonly PendingMessage[];
  /** Offers of this conversation in their newest known version, by id. */
  readonly offers: ReadonlyMap<string, Offer>;
  /** The other side is typing. */
  readonly typing: boolean;
  readonly hasOlder: boolean;
}

/** One conversation as this device knows it: its view, its log, what is on the way. */
export class Room implements Readable<RoomSnapshot> {
  log: ConversationLog;
  readonly #value = new Value<RoomSnapshot>({
    conversation: undefined,
    entries: [],
    log: [],
    pending: [],
    offers: new Map(),
    typing: false,
    hasOlder: false,
  });

  readonly #me: () => string | undefined;
  /** What is on the way has changed. */
  readonly #pendingChanged: () => void;

  constructor(
    readonly id: string,
    me: () => string | undefined,
    pendingChanged: () => void,
  ) {
    this.#me = me;
    this.#pendingChanged = pendingChanged;
    this.log = this.#newLog();
  }

  snapshot(): RoomSnapshot {
    return this.#value.snapshot();
  }

  subscribe(listener: () => void): () => void {
    return this.#value.subscribe(listener);
  }

  change(part: Partial<RoomSnapshot>): void {
    const before = this.snapshot();
    const changed = Object.entries(part).some(
      ([name, value]) => !Object.is(before[name as keyof RoomSnapshot], value),
    );
    if (changed) this.#value.set({ ...before, ...part });
    if (part.pending && part.pending !== before.pending) this.#pendingChanged();
  }

  /** Forgets what the server said, keeps what is on its way to it. */
  restart(): void {
    this.log = this.#newLog();
    this.change({
      conversation: undefined,
      entries: [],
      log: [],
      offers: new Map(),
      hasOlder: false,
      pending: this.snapshot().pending.map((message) => ({ ...message, seq: undefined })),
    });
  }

  /** Call after the log changed: draws its entries, and ends the pending messages that are among them now. */
  showLog(added: readonly Message[] = []): void {
    const { pending } = this.snapshot();
    this.change({
      entries: this.log.entries,
      log: this.log.raw,
      hasOlder: this.log.hasOlder,
      pending: pending.some((message) => this.#isShown(message))
        ? pending.filter((message) => !this.#isShown(message))
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

  pendingOf(clientMessageId: string): PendingMessage | undefined {
    return this.snapshot().pending.find((one) => one.clientMessageId === clientMessageId);
  }

  /** `null` takes it away. */
  changePending(clientMessageId: string, part: Partial<PendingMessage> | null): void {
    if (!this.pendingOf(clientMessageId)) return;
    const pending = this.snapshot().pending.flatMap((message) => {
      if (message.clientMessageId !== clientMessageId) return [message];
      return part ? [{ ...message, ...part }] : [];
    });
    this.change({ pending });
  }

  #isShown(message: PendingMessage): boolean {
    return message.seq !== undefined && message.seq <= this.log.last;
  }

  /** An own entry may be one of the messages that were tried: which one, their answers will say. */
  #newLog(): ConversationLog {
    return new ConversationLog(
      ({ senderId, kind }) =>
        senderId === this.#me() &&
        (kind === 'text' || kind === 'image' || kind === 'place') &&
        this.snapshot().pending.some(
          (one) => one.tried && one.state === 'sending' && one.seq === undefined,
        ),
    );
  }
}
