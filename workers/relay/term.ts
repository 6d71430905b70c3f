/** One stretch in which this worker holds the lease. Whatever acts asks `held` right before it does. */
export class Term {
  private until: number;

  /** `until` on the clock of `performance.now()`, which goes on while a process is paused. */
  constructor(
    readonly fence: number,
    until: number,
  ) {
    this.until = until;
  }

  /** False from the moment on in which somebody else may act. */
  get held(): boolean {
    return performance.now() < this.until;
  }

  get leftMs(): number {
    return Math.max(0, this.until - performance.now());
  }

  /** A term that ended stays so: what it had in memory is dropped. */
  extend(until: number): void {
    if (this.held) this.until = until;
  }

  end(): void {
    this.until = -Infinity;
  }
}
