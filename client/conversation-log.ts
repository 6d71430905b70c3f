import type { Message } from './contract-types.js';

/** One entry to draw. `key` never changes while the entry is shown, so no list flickers when an answer arrives. */
export interface Entry {
  readonly key: string;
  readonly message: Message;
}

/**
 * What this device holds of the log of one conversation: everything from `base + 1` to `last`, without a gap.
 * An entry that comes too early waits beside it until what lies between has come.
 */
export class ConversationLog {
  private base = 0;
  private held: readonly Entry[] = [];
  private readonly early = new Map<number, Message>();
  private readonly keys = new Map<number, string>();

  /** Ascending by `seq`; a new array on every change. */
  get entries(): readonly Entry[] {
    return this.held;
  }

  /** Everything up to here has arrived. */
  get last(): number {
    return this.base + this.held.length;
  }

  get hasOlder(): boolean {
    return this.base > 0;
  }

  /** The lowest `seq` held; history is paged in below it. */
  get first(): number {
    return this.base + 1;
  }

  /** Takes an entry up. Answers with what became part of the log; `null` when something before it is missing. */
  add(message: Message): readonly Message[] | null {
    if (message.seq <= this.last) return [];
    this.early.set(message.seq, message);
    const added = this.takeEarly();
    return added.length > 0 ? added : null;
  }

  /** Too much was missing: what lies up to `seq` is left out and can be paged in. */
  skipTo(seq: number): readonly Message[] {
    if (seq <= this.last) return [];
    this.held = [];
    this.base = seq;
    for (const early of this.early.keys()) if (early <= seq) this.early.delete(early);
    return this.takeEarly();
  }

  /** A page of history, descending, that ends just below what is held. */
  addOlder(page: readonly Message[]): void {
    const older: Entry[] = [];
    for (const message of page) {
      if (message.seq !== this.base) continue;
      older.unshift(this.entry(message));
      this.base -= 1;
    }
    if (older.length > 0) this.held = [...older, ...this.held];
  }

  /** The list key of an own entry: the id it was sent with. */
  name(seq: number, key: string): void {
    if (this.keys.get(seq) === key) return;
    this.keys.set(seq, key);
    if (seq < this.first || seq > this.last) return;
    this.held = this.held.map((entry) =>
      entry.message.seq === seq ? this.entry(entry.message) : entry,
    );
  }

  private takeEarly(): readonly Message[] {
    const added: Message[] = [];
    for (;;) {
      const next = this.early.get(this.last + added.length + 1);
      if (!next) break;
      this.early.delete(next.seq);
      added.push(next);
    }
    if (added.length > 0) {
      this.held = [...this.held, ...added.map((message) => this.entry(message))];
    }
    return added;
  }

  private entry(message: Message): Entry {
    return { key: this.keys.get(message.seq) ?? message.id, message };
  }
}
