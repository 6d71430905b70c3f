import type { z } from 'zod';
import type { Logger } from './logger.js';
import type { RedisClient } from './redis.js';

/**
 * Sends news to gateways, and in a gateway passes on the news of others. A hint, like everything in Redis: what is lost
 * is found in other ways.
 */
export class NodeChannel<News extends { kind: string }> {
  private readonly handlers = new Map<string, ((news: News) => void)[]>();

  constructor(
    /** News that does not match it is not passed on. */
    private readonly schema: z.ZodType<News>,
    private readonly deps: { publisher: RedisClient; prefix: string; nodeId: string; log: Logger },
  ) {}

  /** Handlers of one kind are called in the order in which they registered. */
  on<K extends News['kind']>(kind: K, handler: (news: Extract<News, { kind: K }>) => void): void {
    const known = this.handlers.get(kind) ?? [];
    this.handlers.set(kind, [...known, handler as (news: News) => void]);
  }

  /** Tells one node. Resolves when Redis has accepted the news; rejects when Redis is away. */
  async tell(nodeId: string, news: News): Promise<void> {
    await this.deps.publisher.publish(this.channelOf(nodeId), JSON.stringify(news));
  }

  /** Tells all nodes. Returns at once; lost while Redis is away. */
  announce(news: News): void {
    this.deps.publisher
      .publish(this.channelOfAll, JSON.stringify(news))
      .catch((error: Error) =>
        this.deps.log.warn(
          { reason: error.message, news: news.kind },
          'other processes were not told of a change',
        ),
      );
  }

  /** Listens on the node's own channel and on the one of all nodes. */
  async listen(subscriber: RedisClient): Promise<void> {
    const channels = [this.channelOf(this.deps.nodeId), this.channelOfAll];
    subscriber.on('message', (channel: string, text: string) => {
      if (!channels.includes(channel)) return;
      try {
        const news = this.schema.parse(JSON.parse(text));
        for (const handler of this.handlers.get(news.kind) ?? []) handler(news);
      } catch (error) {
        this.deps.log.warn(
          { reason: (error as Error).message },
          'another process told of something that cannot be read',
        );
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
