import type { Redis } from 'ioredis';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';

export type PauseReason = 'rate' | 'auth' | 'setup';
export interface Pause {
  until: number;
  reason: PauseReason;
}

const alarms = {
  auth: 'a push provider refuses our credentials',
  setup: 'a push provider does not know our project, or has a wrong address',
};
/** Devices whose platform refuses a credential are told of so often, however many they are. */
const deviceAlarmMs = 5 * 60_000;

/** So late, at most, does a worker learn that another one was told to wait. */
const refreshMs = 1_000;

/**
 * Which providers want to be left alone, and until when: known to all workers through Redis, so that one Retry-After
 * stops them all. Without Redis each worker still obeys what it was told itself.
 */
export class Pauses {
  private readonly key: string;
  private known = new Map<string, Pause>();
  /** When it was told last, by lane, that devices hold up. */
  private readonly toldOfDevices = new Map<string, number>();
  private readAt = -Infinity;

  constructor(
    private readonly deps: { redis: Redis; prefix: string; metrics: Metrics; log: Logger },
  ) {
    this.key = `${deps.prefix}:push-pauses`;
  }

  /** The pause of this lane of a provider that is not over. */
  of(lane: string): Pause | undefined {
    const now = Date.now();
    if (now - this.readAt > refreshMs) void this.refresh(now);
    const pause = this.known.get(lane);
    return pause && pause.until > now ? pause : undefined;
  }

  /** A longer pause than the one that is known holds; a shorter one changes nothing. */
  async begin(provider: string, lane: string, reason: PauseReason, ms: number): Promise<void> {
    const until = Date.now() + ms;
    const before = this.of(lane);
    if (before && before.until >= until) return;
    this.known.set(lane, { until, reason });
    if (!before) this.tell(provider, lane, reason, ms);
    try {
      await this.deps.redis.hset(this.key, lane, JSON.stringify({ until, reason }));
    } catch {
      // The others will be told by the provider itself.
    }
  }

  /** What the other workers were told. Their pauses join one's own. */
  async refresh(now = Date.now()): Promise<void> {
    this.readAt = now;
    try {
      const stored = await this.deps.redis.hgetall(this.key);
      const over: string[] = [];
      for (const [lane, text] of Object.entries(stored)) {
        const pause = JSON.parse(text) as Pause;
        if (pause.until <= now) over.push(lane);
        else if ((this.known.get(lane)?.until ?? 0) < pause.until) this.known.set(lane, pause);
      }
      if (over.length > 0) await this.deps.redis.hdel(this.key, ...over);
    } catch {
      // Redis is away: what is known holds.
    }
    for (const [lane, { until }] of this.known) if (until <= now) this.known.delete(lane);
    this.count();
  }

  /** One device or platform is refused for a credential; the others go on. Told once in five minutes for each lane. */
  tellOfDevice(provider: string, lane: string, detail: string): void {
    const now = Date.now();
    if (now - (this.toldOfDevices.get(lane) ?? -Infinity) < deviceAlarmMs) return;
    this.toldOfDevices.set(lane, now);
    const facts = { provider, lane, detail };
    this.deps.log.error(facts, 'a push provider refuses a credential for some devices');
  }

  /** Once for each pause: an alarm when something of ours is wrong, a line when we were too fast. */
  private tell(provider: string, lane: string, reason: PauseReason, ms: number): void {
    const facts = { provider, lane, reason, ms };
    if (reason === 'rate') this.deps.log.warn(facts, 'a push provider asked us to wait');
    else this.deps.log.error(facts, alarms[reason]);
    this.count();
  }

  private count(): void {
    const { providerPaused } = this.deps.metrics;
    providerPaused.reset();
    const now = Date.now();
    for (const [lane, { until, reason }] of this.known)
      if (until > now) providerPaused.inc({ provider: lane.split(' ')[0], reason });
  }
}
