import { setTimeout as delay } from 'node:timers/promises';

/** The next look-up waits for the one before, but not longer: one that hangs holds up nobody. */
const patienceMs = 50;

/**
 * Looks up together what all callers of one moment ask for: those of one turn of the event loop, and those who come
 * while the look-up before is under way, so that there is one command where there would be dozens. Nobody is given the
 * answer of a look-up that began before they asked.
 */
export class GatheredLooks<T, K = string> {
  private next: { keys: Set<K>; answer: Promise<Map<K, T>> } | undefined;
  private underWay: Promise<unknown> = Promise.resolve();
  private begunAt = -Infinity;

  /**
   * `apartMs`: a look-up begins no sooner than this after the one before, for what many ask for in one moment and each
   * of them seldom. The first after a quiet while begins at once.
   */
  constructor(
    private readonly look: (keys: K[]) => Promise<Map<K, T>>,
    private readonly apartMs = 0,
  ) {}

  /** Resolves to what was found for all who asked together, theirs among it; rejects as `look` does. */
  getMany(keys: Iterable<K>): Promise<Map<K, T>> {
    this.next ??= this.begin();
    for (const key of keys) this.next.keys.add(key);
    return this.next.answer;
  }

  private begin() {
    const keys = new Set<K>();
    const waitMs = this.begunAt + this.apartMs - performance.now();
    const soonest = waitMs > 0 ? delay(waitMs) : endOfTurn();
    const answer = Promise.all([orLate(this.underWay), soonest]).then(() => {
      this.next = undefined;
      this.begunAt = performance.now();
      return this.look([...keys]);
    });
    this.underWay = answer.catch(() => undefined);
    return { keys, answer };
  }
}

async function orLate(look: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([look, late]);
  clearTimeout(timer);
}

const endOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
