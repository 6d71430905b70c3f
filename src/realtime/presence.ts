import type { GatewayContext } from '../context.js';
import { Hook } from '../platform/hook.js';
import {
  memberOf,
  presenceChannel,
  presenceKey,
  socketOf,
  type PresentSocket,
} from '../platform/presence.js';

/** One cycle of renewals is spread over this many turns, so that never all of 20,000 sockets renew at once. */
const turns = 64;
/** Renewals within a lease: two may be lost before anybody counts as gone. */
const renewalsPerLease = 3;
/** Rounds of renewals between two notes of when somebody was last seen: ten minutes. */
const roundsPerSeen = 40;

/**
 * Renews the leases of a person's sockets on this node, drops those that ran out, and answers with all that are left:
 * one command where there would be four. It goes by the clock of Redis: a node whose own is ahead would drop the sockets
 * of others. Where a channel is named it tells there that something changed. ARGV: the lease in ms, the channel or
 * nothing, the sockets.
 */
const tellScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[2] ~= '' then redis.call('SPUBLISH', ARGV[2], '') end
return redis.call('ZRANGE', KEYS[1], 0, -1)`;

type TellingRedis = GatewayContext['redis'] & {
  tellPresence(
    key: string,
    leaseMs: number,
    channel: string,
    ...members: string[]
  ): Promise<string[]>;
};

/**
 * Tells Redis of this node's sockets: on arrival, on leaving, and again within every lease. When a node dies, its
 * people go when the lease runs out; when Redis forgets, it is told again within a third of that. It also knows who is
 * connected to this node alone, as most people are: what they are told needs no trip through Redis. A node that opens
 * another socket of such a person tells the others before it welcomes that socket. Should that news be lost, the next
 * renewal finds the socket; until then that device may miss entries.
 */
export class Presence {
  /** Runs with people who were connected just now: when their last socket leaves, and about every ten minutes. */
  readonly seen = new Hook<string>();
  /** Sockets of each person by id. */
  private readonly people = new Map<string, Map<string, PresentSocket>>();
  /** People who have no socket on another node. */
  private readonly onlyHere = new Set<string>();
  /** How often news came that a person connected elsewhere. A read that began before such news is older than it. */
  private readonly newsOf = new Map<string, number>();
  private readonly slots = Array.from({ length: turns }, () => new Set<string>());
  private readonly slotOf = new Map<string, Set<string>>();
  private readonly timer: NodeJS.Timeout;
  private turn = 0;
  private round = 0;

  constructor(
    private readonly context: Pick<
      GatewayContext,
      'config' | 'redis' | 'publisher' | 'news' | 'hearing' | 'log'
    >,
  ) {
    context.redis.defineCommand('tellPresence', { numberOfKeys: 1, lua: tellScript });
    const everyMs = context.config.presenceLeaseMs / renewalsPerLease / turns;
    this.timer = setInterval(() => this.renewNext(), Math.max(10, everyMs));
    this.timer.unref();
    // A deaf node may have missed news, so it forgets this.
    context.hearing.onChange(() => this.onlyHere.clear());
    context.news.on('connectedElsewhere', ({ userId }) => {
      this.onlyHere.delete(userId);
      if (this.people.has(userId)) this.newsOf.set(userId, this.newsCount(userId) + 1);
    });
  }

  /** True when all devices of the person are connected to this node. */
  isOnlyHere(userId: string): boolean {
    return this.onlyHere.has(userId);
  }

  /** Everybody with a socket on this node. */
  get userIds(): string[] {
    return [...this.people.keys()];
  }

  /** Resolves once the other nodes were told, to the person's sockets over all nodes; 0 when Redis is away. */
  async arrive(userId: string, socketId: string): Promise<number> {
    const { nodeId } = this.context.config;
    const own = this.people.get(userId) ?? new Map<string, PresentSocket>();
    own.set(socketId, { nodeId, socketId, since: Date.now() });
    if (own.size === 1) this.settle(userId, own);
    const newsBefore = this.newsCount(userId);
    try {
      const sockets = await this.tell(userId, own, own.size === 1);
      const nodes = this.others(userId, sockets, newsBefore);
      const news = { kind: 'connectedElsewhere', userId } as const;
      await Promise.all(nodes.map((node) => this.context.news.tell(node, news)));
      return sockets.length;
    } catch (error) {
      this.onlyHere.delete(userId);
      this.note(error);
      return 0;
    }
  }

  /**
   * The other nodes where the person is connected, as just read. The news and the answer come over two connections to
   * Redis, so the news may overtake the answer: then the answer says nothing about who is elsewhere by now.
   */
  private others(userId: string, sockets: PresentSocket[], newsBefore: number): string[] {
    const nodes = new Set(sockets.map(({ nodeId }) => nodeId));
    nodes.delete(this.context.config.nodeId);
    const isUpToDate = this.newsCount(userId) === newsBefore && !this.context.hearing.deaf;
    if (nodes.size === 0 && this.people.has(userId) && isUpToDate) this.onlyHere.add(userId);
    else this.onlyHere.delete(userId);
    return [...nodes];
  }

  private newsCount(userId: string): number {
    return this.newsOf.get(userId) ?? 0;
  }

  /** Whether this was the person's last socket on this node. */
  leave(userId: string, socketId: string): boolean {
    const own = this.people.get(userId);
    const socket = own?.get(socketId);
    if (!own || !socket) return false;
    own.delete(socketId);
    const last = own.size === 0;
    if (last) {
      this.forget(userId);
      void this.seen.run(userId);
    }
    this.context.redis.zrem(this.keyOf(userId), memberOf(socket)).then(
      () => last && this.mention(userId),
      (error: unknown) => this.note(error),
    );
    return last;
  }

  /** All sockets of a person, the oldest first. */
  async socketsOf(userId: string): Promise<PresentSocket[]> {
    const { redis } = this.context;
    return inOrder(await redis.zrange(this.keyOf(userId), 0, '-1'));
  }

  /** Stops, since the people of this node are elsewhere from now on. */
  close(): void {
    clearInterval(this.timer);
    for (const [userId, own] of [...this.people])
      for (const socketId of [...own.keys()]) this.leave(userId, socketId);
  }

  private settle(userId: string, own: Map<string, PresentSocket>): void {
    this.people.set(userId, own);
    const slot = this.slots[Math.floor(Math.random() * turns)]!;
    slot.add(userId);
    this.slotOf.set(userId, slot);
  }

  private forget(userId: string): void {
    this.people.delete(userId);
    this.onlyHere.delete(userId);
    this.newsOf.delete(userId);
    this.slotOf.get(userId)?.delete(userId);
    this.slotOf.delete(userId);
  }

  private renewNext(): void {
    for (const userId of this.slots[this.turn]!) {
      void this.renew(userId);
      if ((this.round + this.turn) % roundsPerSeen === 0) void this.seen.run(userId);
    }
    this.turn = (this.turn + 1) % turns;
    if (this.turn === 0) this.round += 1;
  }

  private async renew(userId: string): Promise<void> {
    const newsBefore = this.newsCount(userId);
    try {
      const own = this.people.get(userId)!;
      this.others(userId, await this.tell(userId, own), newsBefore);
    } catch (error) {
      this.onlyHere.delete(userId);
      this.note(error);
    }
  }

  /**
   * Answers with all sockets of the person, the oldest first. The client sends commands of one moment together: a slot
   * is one trip, whoever is in it.
   */
  private async tell(
    userId: string,
    own: Map<string, PresentSocket>,
    isNews = false,
  ): Promise<PresentSocket[]> {
    const redis = this.context.redis as TellingRedis;
    const { presenceLeaseMs, redisPrefix } = this.context.config;
    const members = [...own.values()].map(memberOf);
    const channel = isNews ? presenceChannel(redisPrefix, userId) : '';
    return inOrder(
      await redis.tellPresence(this.keyOf(userId), presenceLeaseMs, channel, ...members),
    );
  }

  private keyOf(userId: string): string {
    return presenceKey(this.context.config.redisPrefix, userId);
  }

  private mention(userId: string): void {
    const { publisher, config } = this.context;
    publisher
      .spublish(presenceChannel(config.redisPrefix, userId), '')
      .catch((error: unknown) => this.note(error));
  }

  /** Logs a failure; the next renewal tells Redis again. */
  private note(error: unknown): void {
    this.context.log.debug(
      { reason: (error as Error).message },
      'redis was not told who is connected: the next renewal tells it',
    );
  }
}

const inOrder = (members: string[]): PresentSocket[] =>
  members.map(socketOf).sort((a, b) => a.since - b.since);
