const WIDTH = 30;
/** On a terminal the line is drawn over; elsewhere a line comes for each tenth. */
const DRAW_EACH_MS = 200;

/** Shows how much of a known number is done, how quickly, and how long it will take. */
export class ProgressBar {
  readonly #since = Date.now();
  #done = 0;
  #drawnAt = 0;
  #tenths = 0;

  constructor(
    private readonly total: number,
    private readonly what: string,
    private readonly out: NodeJS.WriteStream,
  ) {}

  advance(by: number): void {
    this.#done += by;
    if (this.out.isTTY) this.#draw();
    else this.#tell();
  }

  end(): void {
    if (this.out.isTTY) this.out.write(`\r\x1b[K${this.#text()}\n`);
  }

  #draw(): void {
    if (Date.now() - this.#drawnAt < DRAW_EACH_MS) return;
    this.#drawnAt = Date.now();
    this.out.write(`\r\x1b[K${this.#text()}`.slice(0, (this.out.columns ?? 80) + 3));
  }

  #tell(): void {
    const tenths = Math.floor((this.#done / this.total) * 10);
    if (tenths > this.#tenths) this.out.write(`${this.#text()}\n`);
    this.#tenths = tenths;
  }

  #text(): string {
    const share = this.#done / this.total;
    const full = Math.round(share * WIDTH);
    const seconds = (Date.now() - this.#since) / 1_000;
    const each = Math.round(this.#done / Math.max(seconds, 0.001));
    const number = (value: number) => value.toLocaleString('en');
    const rest =
      share < 1 ? `${duration((seconds / share) * (1 - share))} left` : `took ${duration(seconds)}`;
    return (
      `[${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${Math.floor(share * 100)} % ` +
      `${number(this.#done)} of ${number(this.total)} ${this.what} · ${number(each)}/s · ${rest}`
    );
  }
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
