/** Runs the work for one thing one after another, in the order it came; different things don't wait for each other. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Resolves and rejects as `work` does; a failure of the work before it changes nothing. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.last.get(key) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => undefined);
    this.last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === settled) this.last.delete(key);
    }
  }
}

/** Lets a number in at once, and the others in the order in which they came. */
export class Gate {
  private underWay = 0;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly atOnce: number) {}

  /** How many wait to be let in. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Waits to be let in, and works. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.underWay < this.atOnce) this.underWay += 1;
    else await new Promise<void>((goOn) => this.queue.push(goOn));
    try {
      return await work();
    } finally {
      // The next one takes over this place.
      const next = this.queue.shift();
      if (next) next();
      else this.underWay -= 1;
    }
  }
}
