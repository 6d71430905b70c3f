/** One uninterrupted time in which this worker holds the lease. Code checks `held` right before it acts. */
export class Term {
  private until: number;

  /** `until` in milliseconds of `performance.now()`, a clock that goes on while a process is paused. */
  constructor(
    readonly fence: number,
    until: number,
  ) {
    this.until = until;
  }

  /** False from the moment at which another worker may act. */
  get held(): boolean {
    return performance.now() < this.until;
  }

  get leftMs(): number {
    return Math.max(0, this.until - performance.now());
  }

  /** A term that has ended never begins again; its memory is dropped. */
  extend(until: number): void {
    if (this.held) this.until = until;
  }

  end(): void {
    this.until = -Infinity;
  }
}
