/** Timers to use instead of the global ones, and their time (milliseconds since 1970). */
export interface MockTimers {
  now(): number;
  setTimeout(task: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** Looked up at every call, so that fake timers of a test runner work also when they are installed later. */
const globalTimers: MockTimers = {
  now: () => Date.now(),
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** The gateway's own time: the device's, plus what a test let pass. */
export class Clock {
  private ahead = 0;
  private readonly running = new Set<unknown>();

  constructor(private readonly timers: MockTimers = globalTimers) {}

  now(): Date {
    return new Date(this.timers.now() + this.ahead);
  }

  letPass(ms: number): void {
    this.ahead += ms;
  }

  /** Resolves at once (a microtask) for 0 ms, so that tests without latency need no timers at all. */
  passed(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  after(ms: number, task: () => void): unknown {
    const timer = this.timers.setTimeout(() => {
      this.running.delete(timer);
      task();
    }, ms);
    this.running.add(timer);
    return timer;
  }

  cancel(timer: unknown): void {
    this.running.delete(timer);
    this.timers.clearTimeout(timer);
  }

  /** The same for work that nobody waits for: in Node it doesn't keep the process alive. */
  inBackground(ms: number, task: () => void): void {
    (this.after(ms, task) as { unref?: () => void } | undefined)?.unref?.();
  }

  /** Stops everything that would keep a test runner waiting. */
  stop(): void {
    for (const timer of this.running) this.timers.clearTimeout(timer);
    this.running.clear();
  }
}
