import { Refusal } from '../contract/index.js';

interface Waiting {
  go: () => void;
  refuse: (refusal: Refusal) => void;
}

/**
 * Runs a bounded number of tasks at once. Further tasks wait in one line for each key, and the lines take turns, so
 * somebody who sends hundreds delays only themselves. When too many wait, the last task of the longest line is refused.
 */
export class FairTurns {
  private running = 0;
  private waiting = 0;
  /** Waiting tasks by key; the first line has the next turn. No line is empty. */
  private readonly lines = new Map<string, Waiting[]>();

  constructor(private readonly bounds: { atOnce: number; waiting: number }) {}

  /** Waits for a turn and runs the task. Throws UNAVAILABLE when too many wait. */
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
    line.pop()!.refuse(
      new Refusal('UNAVAILABLE', 'Too many wait for their turn: try again', {
        retryAfterMs: 2_000,
      }),
    );
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
