interface Batching<In, Out> {
  /** How long the first item waits for others. */
  windowMs: number;
  /** The most items in a batch; left out: everything of one window is one batch. */
  max?: number;
  /** Writes one batch and answers each item, in their order. Rejects for all of them or for none. */
  write: (items: In[]) => Promise<[Out] extends [void] ? void : Out[]>;
  /** Items with the same key become one while they wait; left out: each is on its own. */
  keyOf?: (item: In) => string;
  /** Makes one item of two with the same key; left out: the later one stays. */
  merge?: (earlier: In, later: In) => In;
  /** Whether a batch waits for the one before it. Left out: a slow batch delays none that comes later. */
  oneAtATime?: boolean;
  /** `note` drops items when so many wait already, since then the database is away. */
  waitingMax?: number;
  /** Called for a batch that could not be written, with the reason and the number of items. */
  lost?: (reason: string, items: number) => void;
}

interface Waiting<In, Out> {
  item: In;
  askers: { resolve: (out: Out) => void; reject: (error: unknown) => void }[];
}

/** Writes, or reads, together what is added within a few milliseconds. */
export class Batcher<In, Out = void> {
  private readonly waiting = new Map<string | symbol, Waiting<In, Out>>();
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(private readonly how: Batching<In, Out>) {}

  /** Resolves to the answer of `write`; rejects when the batch does. A full batch does not wait for its window. */
  do(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.add(item).askers.push({ resolve, reject });
      if (this.waiting.size >= (this.how.max ?? Infinity)) void this.flush();
    });
  }

  /** Write-behind: returns at once. Lost when the process dies within the window. */
  note(item: In): void {
    if (this.waiting.size < (this.how.waitingMax ?? Infinity)) this.add(item);
  }

  /** The item that waits under this key. */
  peek(key: string): In | undefined {
    return this.waiting.get(key)?.item;
  }

  /**
   * Writes what waits, or the given items of it, before the window is over. Resolves when that and all batches under
   * way are through, written or not.
   */
  async flush(which: (item: In) => boolean = () => true): Promise<void> {
    const before = this.underWay;
    this.underWay = this.how.oneAtATime
      ? before.then(() => this.writeAll(which))
      : Promise.all([before, this.writeAll(which)]);
    await this.underWay;
  }

  private add(item: In): Waiting<In, Out> {
    const { keyOf, merge, windowMs } = this.how;
    const key = keyOf?.(item) ?? Symbol();
    const known = this.waiting.get(key);
    if (known) {
      known.item = merge ? merge(known.item, item) : item;
      return known;
    }
    const fresh = { item, askers: [] };
    this.waiting.set(key, fresh);
    this.timer ??= setTimeout(() => void this.flush(), windowMs);
    return fresh;
  }

  private async writeAll(which: (item: In) => boolean): Promise<void> {
    const taken = [...this.waiting].filter(([, { item }]) => which(item));
    for (const [key] of taken) this.waiting.delete(key);
    // The timer is cleared only here, so that no further batch queues up behind a slow one.
    if (this.waiting.size === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
    const max = this.how.max ?? taken.length;
    const writing: Promise<void>[] = [];
    for (let from = 0; from < taken.length; from += max) {
      const batch = taken.slice(from, from + max).map(([, waiting]) => waiting);
      writing.push(this.write(batch));
      if (this.how.oneAtATime) await writing.at(-1);
    }
    await Promise.all(writing);
  }

  private async write(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const answers = (await this.how.write(batch.map(({ item }) => item))) as Out[] | undefined;
      batch.forEach(({ askers }, index) => {
        for (const { resolve } of askers) resolve(answers?.[index] as Out);
      });
    } catch (error) {
      for (const { askers } of batch) for (const { reject } of askers) reject(error);
      this.how.lost?.((error as Error).message, batch.length);
    }
  }
}
