import { Refusal } from '../contract/index.js';

/** Runs the work for one thing one after another, in the order it came; different things don't wait for each other. */
export class Turns {
  private readonly lanes = new Map<string, { last: Promise<unknown>; ms: number; works: number }>();

  /**
   * How long what is under way or waits for this thing will probably take, in ms, by what each of it was said to take. Of
   * the one that is under way half is over, on average.
   */
  aheadMs(key: string): number {
    const lane = this.lanes.get(key);
    return lane ? lane.ms * (1 - 0.5 / lane.works) : 0;
  }

  /**
   * Resolves and rejects as `work` does, which begins at once when nothing is before it; a failure of the work before
   * changes nothing. `usualMs`: what it will probably take.
   */
  take<T>(key: string, work: () => Promise<T>, usualMs = 0): Promise<T> {
    const known = this.lanes.get(key);
    const mine = known ? known.last.then(work) : work();
    const lane = known ?? { last: mine, ms: 0, works: 0 };
    if (!known) this.lanes.set(key, lane);
    lane.ms += usualMs;
    lane.works += 1;
    const over = () => {
      lane.ms -= usualMs;
      lane.works -= 1;
      if (lane.works === 0) this.lanes.delete(key);
    };
    lane.last = mine.then(over, over);
    return mine;
  }
}

/**
 * Lets all who ask for the same thing share one look-up: at most one is under way for each key. Nobody is given the
 * answer of one that began before they asked, since it may not show what they wrote just before.
 */
export class SharedLooks<T> {
  private readonly underWay = new Map<string, { now: Promise<T>; next?: Promise<T> }>();

  /** Resolves and rejects as a `look` that begins from now on; it need not be one's own. */
  take(key: string, look: () => Promise<T>): Promise<T> {
    const flight = this.underWay.get(key);
    if (!flight) return this.begin(key, look);
    const settled = flight.now.catch(() => undefined);
    flight.next ??= settled.then(() => this.begin(key, look));
    return flight.next;
  }

  isUnderWay(key: string): boolean {
    return this.underWay.has(key);
  }

  private begin(key: string, look: () => Promise<T>): Promise<T> {
    const flight: { now: Promise<T>; next?: Promise<T> } = { now: look() };
    this.underWay.set(key, flight);
    const over = () => void (flight.next ?? this.underWay.delete(key));
    flight.now.then(over, over);
    return flight.now;
  }
}

/** Lets a number in at once, and the others in the order in which they came. */
export class Gate {
  private underWay = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    /** More than these are turned away. */
    private readonly waitingMost = Infinity,
  ) {}

  /** How many wait to be let in. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Waits to be let in, and works. Throws UNAVAILABLE when too many wait. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.queue.length >= this.waitingMost)
      throw new Refusal('UNAVAILABLE', 'Too many ask at once', { retryAfterMs: 1_000 });
    if (this.underWay < this.atOnce) this.underWay += 1;
    else await new Promise<void>((goOn) => this.queue.push(goOn));
    try {
      return await work();
    } finally {
      // The next one takes over this place.
      const next = this.queue.shift();
      if (next) next();
      else this.underWay -= 1;
    }
  }
}
