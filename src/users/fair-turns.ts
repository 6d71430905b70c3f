import { Refusal } from '../contract/index.js';

interface Waiting {
  go: () => void;
  refuse: (refusal: Refusal) => void;
}

/**
 * Lets so much work run at once. What has to wait stands in a line for each key, and the lines take turns: who comes
 * in hundreds holds up only themselves. When too many wait, the last one of the longest line is refused.
 */
export class FairTurns {
  private running = 0;
  private waiting = 0;
  /** By key; the first is the next to have a turn. None is empty. */
  private readonly lines = new Map<string, Waiting[]>();

  constructor(private readonly bounds: { atOnce: number; waiting: number }) {}

  /** Throws UNAVAILABLE when there is no place to wait. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.running < this.bounds.atOnce) this.running += 1;
    else await this.wait(key);
    try {
      return await work();
    } finally {
      this.handOver();
    }
  }

  private wait(key: string): Promise<void> {
    return new Promise<void>((go, refuse) => {
      const line = this.lines.get(key);
      const place = { go, refuse };
      if (line) line.push(place);
      else this.lines.set(key, [place]);
      this.waiting += 1;
      if (this.waiting > this.bounds.waiting) this.refuseOne();
    });
  }

  private refuseOne(): void {
    let [longest] = this.lines;
    for (const line of this.lines) if (line[1].length >= longest![1].length) longest = line;
    const [key, line] = longest!;
    line.pop()!.refuse(new Refusal('UNAVAILABLE', 'Too much to do', { retryAfterMs: 2_000 }));
    this.left(key, line);
  }

  /** To the first of the next line, which then stands behind the others. */
  private handOver(): void {
    const [next] = this.lines;
    if (!next) {
      this.running -= 1;
      return;
    }
    const [key, line] = next;
    const { go } = line.shift()!;
    this.lines.delete(key);
    this.left(key, line);
    go();
  }

  private left(key: string, line: Waiting[]): void {
    this.waiting -= 1;
    if (line.length > 0) this.lines.set(key, line);
    else this.lines.delete(key);
  }
}
