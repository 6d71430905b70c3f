/** Lets the work for one thing run one after another, in the order it came; different things don't wait for each other. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Resolves and rejects as `work` does; what was before is nothing to it. */
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
