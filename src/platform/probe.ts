import type { Logger } from './logger.js';
import type { DatabaseTime } from './mongo.js';
import { hasLostShards, onLostSubscriptions, type RedisClient } from './redis.js';

/**
 * Whether this node hears what others publish over Redis. A node that does not ("deaf") can trust no cache that news
 * keeps fresh: it looks such entries up again and reads the log from the database as it is written.
 */
export interface Hearing {
  readonly deaf: boolean;
  /** Calls back at every change, with the new state. */
  onChange(listener: (deaf: boolean) => void): void;
}

/** Every node sends itself a probe this often. */
const everyMs = 1_000;
/** A probe must arrive within this time. */
const answerMs = 300;
/** After so many probes in a row the connection is trusted again. */
const trustedAfter = 2;
/** After so many lost probes the connection is replaced by a new one: it may be half open. */
const renewedAfter = 5;

/**
 * Sends probes from the node to itself through Redis: out over the publisher, back over its own channel. A node that
 * does not hear itself would not hear others either.
 */
export class Probe implements Hearing {
  /** Whether the last probe was lost. */
  deaf = false;
  /** Whether what this node publishes reaches Redis; when it does not, nobody should wait for it. */
  speaks = true;
  /** Cluster time of the database before the last probe that arrived: news of later writes may be lost. */
  heardUpTo!: DatabaseTime;

  private readonly listeners: ((deaf: boolean) => void)[] = [];
  private heardNumber = 0;
  private number = 0;
  private inARow = 0;
  private missed = 0;
  private arrived: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly deps: {
      subscriber: RedisClient;
      /** Publishes a probe on the node's own channel; {@link Probe.heard} is told when it comes in. */
      tellItself: (number: number) => Promise<void>;
      /** A cheap command that returns the cluster time of the database. */
      databaseTime: () => Promise<DatabaseTime>;
      log: Logger;
      metrics: { deaf: { set: (value: number) => void } };
    },
  ) {}

  /** Resolves after the first look at the database's time; probes follow from then on. */
  async start(): Promise<void> {
    this.heardUpTo = await this.deps.databaseTime();
    // What is published while the connection is away is gone, however quickly it comes back.
    onLostSubscriptions(this.deps.subscriber, () => this.miss('the connection was lost'));
    this.plan(Math.random() * everyMs);
  }

  onChange(listener: (deaf: boolean) => void): void {
    this.listeners.push(listener);
  }

  /** The node's own probe came in over its channel. */
  heard(number: number): void {
    this.heardNumber = Math.max(this.heardNumber, number);
    this.arrived?.();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private plan(inMs: number): void {
    this.timer = setTimeout(() => {
      const started = performance.now();
      void this.look().finally(() => {
        if (!this.closed) this.plan(Math.max(100, everyMs - (performance.now() - started)));
      });
    }, inMs);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const number = (this.number += 1);
    // Beside the probe, and not before it: a slow database must not look like a deaf node.
    const time = this.deps.databaseTime().catch(() => undefined);
    const told = this.deps
      .tellItself(number)
      .then(() => true)
      .catch(() => false);
    const arrival = new Promise<void>((resolve) => (this.arrived = resolve));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, answerMs)));
    await Promise.race([arrival, late]);
    clearTimeout(timer);
    // After a stall of this process its timer is late and the answer lies there unread.
    await new Promise((resolve) => setImmediate(resolve));
    this.arrived = undefined;
    if (this.heardNumber < number) {
      this.miss('a probe was lost');
      this.speaks = await told;
      return;
    }
    this.speaks = true;
    if (hasLostShards(this.deps.subscriber)) {
      this.loseTrust('a shard of Redis is lost');
      return;
    }
    this.inARow += 1;
    this.missed = 0;
    if (this.deaf && this.inARow >= trustedAfter) this.change(false, 'heard again');
    const now = await time;
    if (!this.deaf && now !== undefined) this.heardUpTo = now;
  }

  /** What was published may not have come through: for this reason, or because a probe was lost. */
  miss(reason: string): void {
    if (this.closed) return;
    this.loseTrust(reason);
    this.missed += 1;
    if (this.missed % renewedAfter === 0 && this.deps.subscriber.status === 'ready')
      this.deps.subscriber.disconnect(true);
  }

  private loseTrust(reason: string): void {
    this.inARow = 0;
    if (!this.deaf) this.change(true, reason);
  }

  private change(deaf: boolean, reason: string): void {
    this.deaf = deaf;
    this.deps.metrics.deaf.set(deaf ? 1 : 0);
    this.deps.log.warn({ reason }, deaf ? 'this gateway is deaf' : 'this gateway hears again');
    for (const listener of this.listeners) listener(deaf);
  }
}
