import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Logger } from './logger.js';

/** What nodes and workers tell each other. A hint like everything in Redis: what is lost is found otherwise. */
const News = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sessionsEnded'), sessionIds: z.array(z.string()) }),
  z.object({
    kind: z.literal('behind'),
    userId: z.string(),
    conversationId: z.string(),
    lastSeq: z.number(),
  }),
  /** An event of the contract for the devices of a person, from somebody who has no sockets. */
  z.object({
    kind: z.literal('told'),
    userId: z.string(),
    event: z.enum(['message:new', 'conversation:updated', 'notification:new']),
    payload: z.record(z.string(), z.unknown()),
  }),
  /** Something that closes or opens conversations between these two: a block was set or lifted, somebody left. */
  z.object({
    kind: z.literal('closureChanged'),
    userIds: z.array(z.string()),
    /** Left out: all that they share. */
    conversationId: z.string().optional(),
  }),
  /** What others see of a person changed: what is remembered of it is old. */
  z.object({ kind: z.literal('profileChanged'), userId: z.string() }),
  /** A person opened one socket too many: this one gives way. */
  z.object({ kind: z.literal('socketReplaced'), userId: z.string(), socketId: z.string() }),
  /** A person who has sockets on the node that is told opened one on another. */
  z.object({ kind: z.literal('connectedElsewhere'), userId: z.string() }),
  /** A node asks itself whether it hears: see `probe.ts`. */
  z.object({ kind: z.literal('probe'), number: z.number() }),
]);
export type News = z.infer<typeof News>;

type NewsOf<K extends News['kind']> = Extract<News, { kind: K }>;

/** Says news to gateways, and in a gateway hands on what others say. */
export class NodeNews {
  private readonly handlers = new Map<string, ((news: News) => void)[]>();

  constructor(
    private readonly deps: { publisher: Redis; prefix: string; nodeId: string; log: Logger },
  ) {}

  /** Handlers of one kind are called in the order in which they asked. */
  on<K extends News['kind']>(kind: K, handler: (news: NewsOf<K>) => void): void {
    const known = this.handlers.get(kind) ?? [];
    this.handlers.set(kind, [...known, handler as (news: News) => void]);
  }

  /** Tells one node. Resolves when Redis took it; rejects when Redis is away. */
  async tell(nodeId: string, news: News): Promise<void> {
    await this.deps.publisher.publish(this.channelOf(nodeId), JSON.stringify(news));
  }

  /** Tells all nodes. Returns at once; lost while Redis is away. */
  announce(news: News): void {
    this.deps.publisher
      .publish(this.channelOfAll, JSON.stringify(news))
      .catch((error: Error) =>
        this.deps.log.warn({ reason: error.message, news: news.kind }, 'news not told'),
      );
  }

  /** Listens on the node's own channel and on the one of all nodes. */
  async listen(subscriber: Redis): Promise<void> {
    const channels = [this.channelOf(this.deps.nodeId), this.channelOfAll];
    subscriber.on('message', (channel: string, text: string) => {
      if (!channels.includes(channel)) return;
      try {
        const news = News.parse(JSON.parse(text));
        for (const handler of this.handlers.get(news.kind) ?? []) handler(news);
      } catch (error) {
        this.deps.log.warn({ reason: (error as Error).message }, 'unreadable news');
      }
    });
    await subscriber.subscribe(...channels);
  }

  private channelOf(nodeId: string): string {
    return `${this.deps.prefix}:node:${nodeId}`;
  }

  private get channelOfAll(): string {
    return `${this.deps.prefix}:nodes`;
  }
}
