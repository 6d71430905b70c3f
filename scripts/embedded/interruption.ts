const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes Ctrl-C on although the terminal has sent it to us as well: that one is no second wish. */
const ECHO_MS = 1_000;

/** The wish of the person at the terminal to stop: once, and a second time when it takes too long. */
export class Interruption {
  readonly signal: AbortSignal;
  /** Resolves at the first wish. */
  readonly requested: Promise<undefined>;
  readonly #listener: () => void;
  #since: number | undefined;
  #impatient = false;

  constructor(onImpatience: () => void) {
    const wish = new AbortController();
    this.signal = wish.signal;
    this.requested = new Promise((resolve) =>
      wish.signal.addEventListener('abort', () => resolve(undefined)),
    );
    this.#listener = () => {
      this.#since ??= Date.now();
      wish.abort();
      if (Date.now() - this.#since < ECHO_MS) return;
      this.#impatient = true;
      onImpatience();
    };
    for (const name of SIGNALS) process.on(name, this.#listener);
  }

  get impatient(): boolean {
    return this.#impatient;
  }

  /** Stops listening. */
  end(): void {
    for (const name of SIGNALS) process.off(name, this.#listener);
  }
}
