/** Does things of one kind in bulk: what arrives while a round is under way makes the next one. */
export class Gathered<T> {
  private waiting: { item: T; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private busy = false;

  constructor(private readonly perform: (items: T[]) => Promise<void>) {}

  /** Resolves when it is done; rejects when its round failed. */
  do(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.busy) return;
      this.busy = true;
      setImmediate(() => void this.rounds());
    });
  }

  private async rounds(): Promise<void> {
    while (this.waiting.length > 0) {
      const round = this.waiting;
      this.waiting = [];
      try {
        await this.perform(round.map(({ item }) => item));
        for (const { resolve } of round) resolve();
      } catch (error) {
        for (const { reject } of round) reject(error);
      }
    }
    this.busy = false;
  }
}
