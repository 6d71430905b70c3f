import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';
import type { RedisClient } from '../../src/platform/redis.js';

export type PauseReason = 'rate' | 'auth' | 'setup';
export interface Pause {
  until: number;
  reason: PauseReason;
}

const alarms = {
  auth: 'a push provider refuses our credentials',
  setup: 'a push provider does not know our project, or has a wrong address',
};
/** One alarm in this time about devices whose platform refuses a credential, however many devices they are. */
const deviceAlarmMs = 5 * 60_000;

/** A worker learns within this time that another worker was told to wait. */
const refreshMs = 1_000;

/**
 * Which push services must not be sent to, and until when. All workers share this through Redis, so that one Retry-After
 * stops them all. Without Redis each worker still obeys what it was told itself.
 */
export class Pauses {
  private readonly key: string;
  private known = new Map<string, Pause>();
  /** By service, when operators were last told that it refuses a credential for some devices. */
  private readonly toldOfDevices = new Map<string, number>();
  private readAt = -Infinity;

  constructor(
    private readonly deps: { redis: RedisClient; prefix: string; metrics: Metrics; log: Logger },
  ) {
    this.key = `${deps.prefix}:push-pauses`;
  }

  /** The current pause of a service, named `<provider> <service>`; undefined when there is none. */
  of(service: string): Pause | undefined {
    const now = Date.now();
    if (now - this.readAt > refreshMs) void this.refresh(now);
    const pause = this.known.get(service);
    return pause && pause.until > now ? pause : undefined;
  }

  /** Begins a pause of `ms` milliseconds. One that ends before the known pause changes nothing. */
  async begin(provider: string, service: string, reason: PauseReason, ms: number): Promise<void> {
    const until = Date.now() + ms;
    const before = this.of(service);
    if (before && before.until >= until) return;
    this.known.set(service, { until, reason });
    if (!before) this.tell(provider, service, reason, ms);
    try {
      await this.deps.redis.hset(this.key, service, JSON.stringify({ until, reason }));
    } catch {
      // The other workers will learn it from the provider itself.
    }
  }

  /** Takes over the pauses that other workers have begun. */
  async refresh(now = Date.now()): Promise<void> {
    this.readAt = now;
    try {
      const stored = await this.deps.redis.hgetall(this.key);
      const over: string[] = [];
      for (const [service, text] of Object.entries(stored)) {
        const pause = JSON.parse(text) as Pause;
        if (pause.until <= now) over.push(service);
        else if ((this.known.get(service)?.until ?? 0) < pause.until)
          this.known.set(service, pause);
      }
      if (over.length > 0) await this.deps.redis.hdel(this.key, ...over);
    } catch {
      // Redis is away: the known pauses still hold.
    }
    for (const [service, { until }] of this.known) if (until <= now) this.known.delete(service);
    this.count();
  }

  /** Tells operators, at most once in five minutes for each service, that it refuses a credential for one device. */
  tellOfDevice(provider: string, service: string, detail: string): void {
    const now = Date.now();
    if (now - (this.toldOfDevices.get(service) ?? -Infinity) < deviceAlarmMs) return;
    this.toldOfDevices.set(service, now);
    const facts = { provider, service, detail };
    this.deps.log.error(facts, 'a push provider refuses a credential for some devices');
  }

  /** Logs a pause once: as an error when something of ours is wrong, as a warning when we sent too much. */
  private tell(provider: string, service: string, reason: PauseReason, ms: number): void {
    const facts = { provider, service, reason, ms };
    if (reason === 'rate') this.deps.log.warn(facts, 'a push provider asked us to wait');
    else this.deps.log.error(facts, alarms[reason]);
    this.count();
  }

  private count(): void {
    const { providerPaused } = this.deps.metrics;
    providerPaused.reset();
    const now = Date.now();
    for (const [service, { until, reason }] of this.known)
      if (until > now) providerPaused.inc({ provider: service.split(' ')[0], reason });
  }
}
