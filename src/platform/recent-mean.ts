/** What the last value weighs. */
const weight = 1 / 8;

/** The mean of the last values, in which older ones count less and less; 0 before the first. */
export class RecentMean {
  private mean: number | undefined;

  get value(): number {
    return this.mean ?? 0;
  }

  note(value: number): void {
    this.mean = this.mean === undefined ? value : this.mean + weight * (value - this.mean);
  }
}
