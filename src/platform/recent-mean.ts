/** Values of about this time count (ms): long enough that a quick moment under load is not taken for the rule. */
const memoryMs = 1_000;

/** The mean of the values of about the last second, or the last value where none came for longer; 0 before the first. */
export class RecentMean {
  private mean: number | undefined;
  private notedAt = 0;

  get value(): number {
    return this.mean ?? 0;
  }

  note(value: number): void {
    const now = performance.now();
    const weight = 1 - Math.exp((this.notedAt - now) / memoryMs);
    this.mean = this.mean === undefined ? value : this.mean + weight * (value - this.mean);
    this.notedAt = now;
  }
}
