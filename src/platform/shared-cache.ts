import { randomBytes } from 'node:crypto';
import { ConsecutiveBreaker, circuitBreaker, handleAll, isBrokenCircuitError } from 'cockatiel';
import { GatheredLooks } from './gathered-looks.js';
import { whenNew, type Logger } from './logger.js';
import { lru } from './lru.js';
import { SharedLooks } from './turns.js';
import { readMany, type RedisClient } from './redis.js';

/** What a reader waits for Redis, at most: the database would have answered by then. */
const usualBudgetMs = 100;
/** After so many failures in a row Redis is not asked … */
const failuresMost = 3;
/** … for so long, so that not every reader waits for it. */
const pauseMs = 1_000;
/** A change is remembered for longer than anything in the cache was made before it. */
const changeMs = 60_000;

type Outcome = 'hit' | 'miss' | 'away' | 'refresh' | 'old';

/** Without a value: there is none, or something changed since it was made. */
type Kept<T> = { changes: string; value: T; leftMs: number } | { changes: string };

/** A text as it was last read under its key, and what it says. */
interface Known<T> {
  text: string;
  changes: string;
  value: T;
  /** When it ends, in ms as `performance.now()` counts them; Infinity: not known yet. */
  endsAt: number;
}

/** Values of which a node remembers what their text says; one that is dropped is read again. */
const knownMost = 2_000;

export interface CacheOptions {
  redis: RedisClient;
  /** First part of its keys in Redis; other ones for values of another form. */
  prefix: string;
  name: string;
  /** How long a value is kept, at most: under {@link changeMs}. */
  lifeMs: number;
  /** Left out: {@link usualBudgetMs}. */
  budgetMs?: number;
  /** false: nothing is kept, and every value is looked up. */
  on: boolean;
  log: Logger;
  metrics: { cacheReads: { inc: (labels: { cache: string; outcome: Outcome }) => void } };
}

/**
 * Values that all nodes keep together in Redis, as JSON. A value depends on named things: once one of them changed it is
 * looked up again, also when it was being looked up at that moment. While Redis is away or slow every value is looked
 * up, so `look` must bound how much it asks of the database at once. Nobody may change a value: many are given it.
 */
export class SharedCache<T> {
  private readonly looks = new SharedLooks<T>();
  /** What all ask for in one moment is one command. Without an answer: Redis is away. */
  private readonly texts = new GatheredLooks<string | null>((keys) => this.readTexts(keys));
  private readonly known = lru<Known<T>>(knownMost);
  private readonly marks = new WeakMap<readonly string[], readonly string[]>();
  private readonly breaker = circuitBreaker(handleAll, {
    halfOpenAfter: pauseMs,
    breaker: new ConsecutiveBreaker(failuresMost),
  });
  private readonly say: (reason: string) => void;

  constructor(private readonly options: CacheOptions) {
    const { log, name } = options;
    this.say = whenNew((reason) =>
      log.warn({ reason, cache: name }, 'a cache in redis cannot be reached: the database answers'),
    );
  }

  /** What is kept under this key, or what `look` finds; rejects as `look` does. `of`: what it depends on. */
  async get(key: string, of: readonly string[], look: () => Promise<T>): Promise<T> {
    if (!this.options.on) return this.looks.take(key, look);
    const kept = await this.read(key, of);
    this.count(kept === undefined ? 'away' : 'value' in kept ? 'hit' : 'miss');
    if (kept === undefined) return this.looks.take(key, look);
    const renew = async (): Promise<T> => {
      const value = await look();
      await this.keep(key, kept.changes, value);
      return value;
    };
    if (!('value' in kept)) return this.looks.take(key, renew);
    if (kept.leftMs < this.options.lifeMs / 4) void this.refresh(key, renew);
    return kept.value;
  }

  /** What this node last read under this key. It may be over or old: a guess at what {@link get} is going to give. */
  lastRead(key: string): T | undefined {
    return this.known.get(this.keyOf(key))?.value;
  }

  /** Something that it names was found to be older than the database says: the next reader looks it up. */
  forget(key: string): void {
    this.count('old');
    void this.ask(() => this.options.redis.del(this.keyOf(key)));
  }

  /** Called once the change of these things is to be seen; resolves when no node gives an older value, or Redis is away. */
  async changed(things: Iterable<string>): Promise<void> {
    if (!this.options.on) return;
    const { redis } = this.options;
    const change = randomBytes(6).toString('base64url');
    const marks = [...things].map((thing) =>
      redis.set(this.changeOf(thing), change, 'PX', changeMs),
    );
    await Promise.all(marks).catch((error: Error) => this.note(error));
  }

  /** Undefined: Redis is away. */
  private async read(key: string, of: readonly string[]): Promise<Kept<T> | undefined> {
    const full = this.keyOf(key);
    const marks = this.marksOf(of);
    const texts = await this.texts.getMany([full, ...marks]);
    const text = texts.get(full);
    if (text === undefined) return undefined;
    const changes = marks.map((mark) => texts.get(mark)).join();
    if (text === null) return { changes };
    const { changes: before, value, endsAt } = this.understand(full, text);
    return before === changes
      ? { changes, value, leftMs: endsAt - performance.now() }
      : { changes };
  }

  private async readTexts(keys: string[]): Promise<Map<string, string | null>> {
    const found = await this.ask(() => readMany(this.options.redis, keys));
    return new Map(found?.map((text, index) => [keys[index]!, text]));
  }

  /** What a text says: the same value as long as the text is the same. */
  private understand(full: string, text: string): Known<T> {
    const known = this.known.get(full);
    if (known?.text === text) return known;
    const { changes, value } = JSON.parse(text) as { changes: string; value: T };
    const fresh: Known<T> = { text, changes, value, endsAt: Infinity };
    this.known.set(full, fresh);
    void this.ask(() => this.options.redis.pttl(full)).then((leftMs) => {
      if (leftMs !== undefined) fresh.endsAt = performance.now() + leftMs;
    });
    return fresh;
  }

  /** `changes`: as they were before the value was looked up. */
  private async keep(key: string, changes: string, value: T): Promise<void> {
    const { redis, lifeMs } = this.options;
    // Those that were made in one moment do not all end in one.
    const life = Math.round(lifeMs * (0.8 + 0.2 * Math.random()));
    const text = JSON.stringify({ changes, value });
    await this.ask(() => redis.set(this.keyOf(key), text, 'PX', life));
  }

  /** Renews it before its end, so that nobody waits then; one reader of all nodes does. */
  private async refresh(key: string, renew: () => Promise<T>): Promise<void> {
    const { redis, lifeMs } = this.options;
    if (this.looks.isUnderWay(key)) return;
    const lock = `${this.keyOf(key)}:refreshing`;
    const isFirst = await this.ask(() => redis.set(lock, '', 'PX', lifeMs / 4, 'NX'));
    if (isFirst !== 'OK') return;
    this.count('refresh');
    // Whoever comes after its end meets the same trouble, and is told of it.
    await this.looks.take(key, renew).catch(() => undefined);
  }

  private async ask<R>(command: () => Promise<R>): Promise<R | undefined> {
    try {
      return await this.breaker.execute(() =>
        inTime(this.options.budgetMs ?? usualBudgetMs, command()),
      );
    } catch (error) {
      this.count('away');
      this.note(error as Error);
      return undefined;
    }
  }

  private note(error: Error): void {
    if (!isBrokenCircuitError(error)) this.say(error.message);
  }

  private count(outcome: Outcome): void {
    this.options.metrics.cacheReads.inc({ cache: this.options.name, outcome });
  }

  private keyOf(key: string): string {
    return `${this.options.prefix}:cache:${this.options.name}:${key}`;
  }

  /** Readers of the same place name the same things, by the same array. */
  private marksOf(things: readonly string[]): readonly string[] {
    const known = this.marks.get(things) ?? things.map((thing) => this.changeOf(thing));
    this.marks.set(things, known);
    return known;
  }

  private changeOf(thing: string): string {
    return `${this.options.prefix}:changed:${this.options.name}:${thing}`;
  }
}

/** Rejects when Redis takes longer than its budget. */
async function inTime<T>(budgetMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error(`no answer within ${budgetMs} ms`));
    // After a stall of this process the answer may lie there unread.
    timer = setTimeout(() => setImmediate(giveUp), budgetMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
