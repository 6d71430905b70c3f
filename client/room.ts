import type { Conversation, Message, Offer } from './contract-types.js';
import { ConversationLog, type Entry } from './conversation-log.js';
import type { DraftFields } from './drafts.js';
import type { HaggleError } from './haggle-error.js';
import { Value, type Readable } from './readable.js';

/** A pending message. Shown after all confirmed entries, under `clientMessageId` as its list key. */
export interface PendingMessage extends DraftFields {
  readonly clientMessageId: string;
  readonly conversationId: string;
  readonly createdAt: string;
  readonly state: 'sending' | 'failed';
  /** Why it failed. */
  readonly error?: HaggleError;
  /** It was tried at least once: the server may have it although no answer came. */
  readonly tried: boolean;
  /** Set once confirmed, while entries before it have yet to arrive. */
  readonly seq?: number;
}

/** Everything to draw one conversation. Immutable; the same object until something changes. */
export interface RoomSnapshot {
  /** Undefined until it has arrived. */
  readonly conversation: Conversation | undefined;
  /** The entries to draw: the log with its edits and unsends applied. */
  readonly entries: readonly Entry[];
  /** The log itself, every entry as the server sent it. */
  readonly log: readonly Message[];
  readonly pending: readonly PendingMessage[];
  /** Offers of this conversation in their newest known version, by id. */
  readonly offers: ReadonlyMap<string, Offer>;
  /** Whether the other side is typing. */
  readonly typing: boolean;
  readonly hasOlder: boolean;
}

/** One conversation as this device knows it: its view, its log, its pending messages. */
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
  /** Called when the pending messages have changed. */
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

  /** Forgets what the server said, but keeps pending messages. */
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

  /** Call after the log changed: draws its entries, and removes pending messages that are among them now. */
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

  /** Takes an offer. The highest version counts, however it came here. */
  learnOffer(offer: Offer): void {
    const { offers } = this.snapshot();
    const known = offers.get(offer.id);
    if (known && known.version >= offer.version) return;
    this.change({ offers: new Map(offers).set(offer.id, offer) });
  }

  pendingOf(clientMessageId: string): PendingMessage | undefined {
    return this.snapshot().pending.find((one) => one.clientMessageId === clientMessageId);
  }

  /** Changes a pending message; `null` removes it. */
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

  /** An own entry may be one of the tried messages; their answers will say which one. */
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
