interface Waiting<In, Out> {
  item: In;
  resolve: (out: Out) => void;
  reject: (error: unknown) => void;
}

/**
 * What is asked within a few milliseconds becomes one piece of work. Several pieces may be under way at once: a slow
 * one holds up nobody who asks later.
 */
export class Gather<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deps: {
      /** How long the first of them waits for others. */
      windowMs: number;
      /** So many are one piece at most; they don't wait longer. */
      max: number;
      /** An answer for each, in their order. When it rejects, so does everybody's. */
      work: (items: In[]) => Promise<Out[]>;
    },
  ) {}

  do(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length >= this.deps.max) this.begin();
      else this.timer ??= setTimeout(() => this.begin(), this.deps.windowMs);
    });
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const piece = this.waiting;
    this.waiting = [];
    this.deps.work(piece.map(({ item }) => item)).then(
      (answers) => piece.forEach(({ resolve }, index) => resolve(answers[index]!)),
      (error: unknown) => piece.forEach(({ reject }) => reject(error)),
    );
  }
}
