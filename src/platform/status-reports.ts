import type { Registry } from 'prom-client';
import type { Logger } from './logger.js';
import { whenNew } from './logger.js';
import type { RedisClient } from './redis.js';

/** What people are promised, as deploy/observability/alerts.yaml counts it; `share` is what may break in thirty days. */
export const promises = {
  send: { says: 'A message is acknowledged within 2 s', share: 0.0005 },
  delivery: { says: 'A connected device has it within 2 s', share: 0.001 },
  push: { says: 'It is decided within 15 s who gets a push', share: 0.001 },
  sync: { says: 'A device that comes back has its changes within 5 s', share: 0.005 },
  rest: { says: 'A REST request is not answered 5xx', share: 0.001 },
} as const;
export type PromiseName = keyof typeof promises;
type Counts = Record<PromiseName, { good: number; all: number }>;

/** What one process says of itself and of its last five minutes. */
export interface StatusReport {
  node: string;
  process: 'gateway' | 'worker';
  /** When it was made, in milliseconds. */
  at: number;
  promises: Counts;
  sockets: number;
  /** It reads the log instead of hearing the others through Redis. */
  deaf: boolean;
  /** Share of the time in which its event loop was busy. */
  busy: number;
  /** Its relay acts. */
  relay: boolean;
  relayOldestSeconds: number;
  /** Of each push queue: jobs that could be taken, and the age of the oldest in seconds. Of workers that push. */
  queues: Record<string, { due: number; oldestSeconds: number }>;
}

const eachMs = 15_000;
/** Samples of five minutes. */
const kept = 21;
/** An older report is of a process that is gone. */
const goodForMs = 45_000;

interface Sample {
  at: number;
  counts: Counts;
  busySeconds: number;
}

/** Every process reports to Redis how it stands, so that any gateway can show operators all of them. */
export class StatusReports {
  private readonly samples: Sample[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly key: string;

  constructor(
    private readonly deps: {
      redis: RedisClient;
      prefix: string;
      registry: Registry;
      node: string;
      process: 'gateway' | 'worker';
      log: Logger;
    },
  ) {
    this.key = `${deps.prefix}:status`;
    const say = whenNew((reason) => deps.log.debug({ reason }, 'status not reported'));
    const unlessAway = (work: Promise<void>) =>
      void work.catch((error: Error) => say(error.message));
    const report = () => unlessAway(this.report());
    report();
    unlessAway(this.forgetGone());
    this.timer = setInterval(report, eachMs).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** The reports of all processes that live. `alone`: Redis does not answer, and there is only that of this one. */
  async read(): Promise<{ reports: StatusReport[]; alone: boolean }> {
    const own = await this.own(await this.sample());
    const stored = await this.deps.redis.hgetall(this.key).catch(() => undefined);
    const others = Object.values(stored ?? {})
      .map((text) => JSON.parse(text) as StatusReport)
      .filter(({ node, at }) => node !== own.node && at > Date.now() - goodForMs);
    const reports = [own, ...others].sort((one, other) => one.node.localeCompare(other.node));
    return { reports, alone: stored === undefined };
  }

  private async report(): Promise<void> {
    const { redis, node } = this.deps;
    const now = await this.sample();
    this.samples.push(now);
    if (this.samples.length > kept) this.samples.shift();
    await redis.hset(this.key, node, JSON.stringify(await this.own(now)));
  }

  /** Names of processes that are gone for good: nodes have new ones after each start, and so each start looks. */
  private async forgetGone(): Promise<void> {
    const { redis } = this.deps;
    const stored = await redis.hgetall(this.key);
    const gone = Object.entries(stored)
      .filter(([, text]) => (JSON.parse(text) as StatusReport).at < Date.now() - 10 * goodForMs)
      .map(([name]) => name);
    if (gone.length > 0) await redis.hdel(this.key, ...gone);
  }

  private async own(now: Sample): Promise<StatusReport> {
    const { node, process } = this.deps;
    const [first = now] = this.samples;
    const seconds = Math.max(0.001, (now.at - first.at) / 1_000);
    const gauges = await this.gauges();
    return {
      node,
      process,
      at: now.at,
      promises: since(first.counts, now.counts),
      busy: Math.min(1, (now.busySeconds - first.busySeconds) / seconds),
      ...gauges,
    };
  }

  private async sample(): Promise<Sample> {
    const events = await this.values('haggle_event_seconds');
    const event = (name: string, le: number) => ({
      good: sum(events, '_bucket', { event: name, outcome: 'ok', le }),
      all:
        sum(events, '_count', { event: name, outcome: 'ok' }) +
        sum(events, '_count', { event: name, outcome: 'failed' }),
    });
    const [deliveries, lag, requests, busy] = await Promise.all([
      this.values('haggle_deliveries_total'),
      this.values('haggle_relay_lag_seconds'),
      this.values('haggle_http_request_seconds'),
      this.values('haggle_event_loop_busy_seconds_total'),
    ]);
    const answered = sum(requests, '_count', {});
    const broken = requests
      .filter(({ labels }) => String(labels['status']).startsWith('5'))
      .reduce(
        (total, { metricName, value }) => total + (metricName?.endsWith('_count') ? value : 0),
        0,
      );
    return {
      at: Date.now(),
      busySeconds: sum(busy, '', {}),
      counts: {
        send: event('message:send', 2),
        delivery: {
          good: sum(deliveries, '', { outcome: 'delivered' }),
          all: sum(deliveries, '', {}),
        },
        push: { good: sum(lag, '_bucket', { le: 15 }), all: sum(lag, '_count', {}) },
        sync: event('sync:pull', 5),
        rest: { good: answered - broken, all: answered },
      },
    };
  }

  private async gauges() {
    const [sockets, deaf, relay, oldest, due, ages] = await Promise.all(
      [
        'haggle_sockets',
        'haggle_deaf',
        'haggle_relay_acting',
        'haggle_relay_oldest_seconds',
        'haggle_queue_due_jobs',
        'haggle_queue_oldest_seconds',
      ].map((name) => this.values(name)),
    );
    const queues = due!.map(({ labels, value }) => {
      const queue = String(labels['queue']);
      return [queue, { due: value, oldestSeconds: sum(ages!, '', { queue }) }] as const;
    });
    return {
      sockets: sum(sockets!, '', {}),
      deaf: sum(deaf!, '', {}) > 0,
      relay: sum(relay!, '', {}) > 0,
      relayOldestSeconds: sum(oldest!, '', {}),
      queues: Object.fromEntries(queues),
    };
  }

  private async values(name: string): Promise<Value[]> {
    const metric = this.deps.registry.getSingleMetric(name);
    return metric ? (await metric.get()).values : [];
  }
}

interface Value {
  value: number;
  labels: Partial<Record<string, string | number>>;
  /** Of a part of a histogram. */
  metricName?: string;
}

function sum(values: Value[], part: string, labels: Value['labels']): number {
  return values
    .filter(({ metricName }) => part === '' || metricName?.endsWith(part))
    .filter((one) => Object.entries(labels).every(([name, is]) => one.labels[name] === is))
    .reduce((total, { value }) => total + value, 0);
}

const since = (first: Counts, now: Counts): Counts =>
  Object.fromEntries(
    Object.entries(now).map(([name, { good, all }]) => {
      const before = first[name as PromiseName];
      return [name, { good: good - before.good, all: all - before.all }];
    }),
  ) as Counts;
