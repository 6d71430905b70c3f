import { Refusal } from '../contract/index.js';

/** Called by a work: what comes after it, and overlaps, may begin. */
export type Passed = () => void;

interface Waiting {
  begin: () => void;
  overlaps: boolean;
}

/** The works for one thing. */
interface Lane {
  waiting: Waiting[];
  /** Those that have begun and are not over. */
  underWay: number;
  /** One of them has not passed. */
  held: boolean;
  /** What those that have not passed will probably take, and how many said so. */
  ms: number;
  works: number;
}

/**
 * Runs the work for one thing in the order it came; different things don't wait for each other. A work waits for all
 * before it to end. One that overlaps need only wait for those that overlap, too, to pass.
 */
export class Turns {
  private readonly lanes = new Map<string, Lane>();

  /**
   * How long what holds the turn or waits for this thing will probably take, in ms, by what each of it was said to take.
   * Of the one that is under way half is over, on average.
   */
  aheadMs(key: string): number {
    const lane = this.lanes.get(key);
    return lane && lane.works > 0 ? lane.ms * (1 - 0.5 / lane.works) : 0;
  }

  /**
   * Resolves and rejects as `work` does, which begins at once when nothing is before it; a failure of the work before
   * changes nothing. `usualMs`: what it will probably take until it has passed or ended.
   */
  take<T>(
    key: string,
    work: (passed: Passed) => Promise<T>,
    { usualMs = 0, overlaps = false } = {},
  ): Promise<T> {
    const lane = this.lanes.get(key) ?? { waiting: [], underWay: 0, held: false, ms: 0, works: 0 };
    this.lanes.set(key, lane);
    // One that says nothing of its time must not take another's for half over.
    const works = usualMs > 0 ? 1 : 0;
    lane.ms += usualMs;
    lane.works += works;
    return new Promise((resolve, reject) => {
      let holds = true;
      const passed = () => {
        if (!holds) return;
        holds = false;
        lane.held = false;
        lane.ms -= usualMs;
        lane.works -= works;
        this.beginNext(lane);
      };
      const over = () => {
        lane.underWay -= 1;
        passed();
        this.beginNext(lane);
        if (lane.underWay === 0) this.lanes.delete(key);
      };
      const begin = () => {
        const done = work(passed);
        done.then(over, over);
        done.then(resolve, reject);
      };
      const next: Waiting = { begin, overlaps };
      lane.waiting.push(next);
      this.beginNext(lane);
      // What waited begins by a promise, and so in the request that asked: logs and traces tell requests apart by that.
      if (lane.waiting.at(-1) === next)
        void new Promise<void>((goOn) => (next.begin = goOn)).then(begin);
    });
  }

  private beginNext(lane: Lane): void {
    const [next] = lane.waiting;
    if (!next || lane.held) return;
    if (lane.underWay > 0 && !next.overlaps) return;
    lane.waiting.shift();
    lane.underWay += 1;
    lane.held = true;
    next.begin();
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
