import { Changes } from './changes.js';
import type { Message } from './contract-types.js';

/** One entry to draw. `key` never changes while the entry is shown, so no list flickers when an answer arrives. */
export interface Entry {
  readonly key: string;
  /** The message as it is now: edits are applied, and an unsent one has no content. */
  readonly message: Message;
}

/**
 * What this device holds of the log of one conversation: everything from `base + 1` to `last`, without a gap. An entry
 * that comes too early waits until the entries before it have come.
 */
export class ConversationLog {
  #base = 0;
  #held: readonly Message[] = [];
  #drawn: readonly Entry[] = [];
  readonly #changes = new Changes();
  readonly #early = new Map<number, Message>();
  readonly #keys = new Map<number, string>();

  /**
   * `isInDoubt` says that an entry may be a pending message whose answer has not come. The log stops before it until
   * {@link settle}, since drawing it at once would show that message twice.
   */
  readonly #isInDoubt: (message: Message) => boolean;

  constructor(isInDoubt: (message: Message) => boolean = () => false) {
    this.#isInDoubt = isInDoubt;
  }

  /** Entries as the server sent them, ascending by `seq`. */
  get raw(): readonly Message[] {
    return this.#held;
  }

  /** Entries to draw, in the same order; a new array when, and only when, something to draw has changed. */
  get entries(): readonly Entry[] {
    return this.#drawn;
  }

  /** Everything up to here has arrived. */
  get last(): number {
    return this.#base + this.#held.length;
  }

  /** The same, including entries that are held back while in doubt. */
  get received(): number {
    let seq = this.last;
    while (this.#early.has(seq + 1)) seq += 1;
    return seq;
  }

  get hasOlder(): boolean {
    return this.#base > 0;
  }

  /** The lowest `seq` held; history is paged in below it. */
  get first(): number {
    return this.#base + 1;
  }

  /** Whether the entry is held, or waits for those before it. */
  knows(seq: number): boolean {
    return seq <= this.last || this.#early.has(seq);
  }

  /** Adds an entry. Returns what became part of the log; `null` when something before it is missing. */
  add(message: Message): readonly Message[] | null {
    if (message.seq <= this.last) return [];
    this.#early.set(message.seq, message);
    const added = this.settle();
    const waits = message.seq > this.last && !this.#isHeldUp();
    return waits ? null : added;
  }

  /** Goes on where an entry in doubt stopped the log, or where missing entries have come. */
  settle(): readonly Message[] {
    const added: Message[] = [];
    for (;;) {
      const next = this.#early.get(this.last + added.length + 1);
      if (!next || this.#doubts(next)) break;
      this.#early.delete(next.seq);
      added.push(next);
    }
    if (added.length > 0) this.#append(added);
    return added;
  }

  /** Leaves out everything up to `seq`, because too much was missing; it can be paged in. */
  skipTo(seq: number): readonly Message[] {
    if (seq <= this.last) return [];
    this.#base = seq;
    this.#held = [];
    this.#drawn = [];
    this.#changes.clear();
    for (const early of this.#early.keys()) if (early <= seq) this.#early.delete(early);
    return this.settle();
  }

  /** Adds a page of history, descending, that ends just below what is held. */
  addOlder(page: readonly Message[]): void {
    const older: Message[] = [];
    for (const message of page) {
      if (message.seq !== this.#base) continue;
      older.unshift(message);
      this.#base -= 1;
    }
    if (older.length === 0) return;
    this.#held = [...older, ...this.#held];
    const touched = this.#changes.learn(older);
    this.#drawn = [...this.#entriesOf(older), ...this.#redrawn(touched)];
  }

  /** Sets the list key of an own entry: the id it was sent with. */
  name(seq: number, key: string): void {
    if (this.#keys.get(seq) === key) return;
    this.#keys.set(seq, key);
    this.#drawn = this.#redrawn(new Set([seq]));
  }

  #append(added: readonly Message[]): void {
    this.#held = [...this.#held, ...added];
    const touched = this.#changes.learn(added);
    const entries = this.#entriesOf(added);
    const before = this.#redrawn(touched);
    this.#drawn = entries.length > 0 ? [...before, ...entries] : before;
  }

  /** Draws the entries of these numbers again; returns the same array when there are none. */
  #redrawn(seqs: ReadonlySet<number>): readonly Entry[] {
    if (seqs.size === 0 || !this.#drawn.some(({ message }) => seqs.has(message.seq)))
      return this.#drawn;
    return this.#drawn.map((entry) => {
      const raw = this.#held[entry.message.seq - this.first];
      return raw && seqs.has(raw.seq) ? this.#entry(raw) : entry;
    });
  }

  #entriesOf(messages: readonly Message[]): Entry[] {
    return messages
      .filter(({ kind }) => kind !== 'edit' && kind !== 'unsend')
      .map((message) => this.#entry(message));
  }

  #entry(message: Message): Entry {
    return {
      key: this.#keys.get(message.seq) ?? message.id,
      message: this.#changes.apply(message),
    };
  }

  #isHeldUp(): boolean {
    const next = this.#early.get(this.last + 1);
    return next !== undefined && this.#doubts(next);
  }

  #doubts(message: Message): boolean {
    return !this.#keys.has(message.seq) && this.#isInDoubt(message);
  }
}
