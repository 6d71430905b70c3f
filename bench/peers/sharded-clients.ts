import { Redis } from 'ioredis';
import { once } from 'node:events';

/** The two Redis clients of the peers with the sharded adapter, which must be ready before it is made. */
export async function shardedClients(
  url: string,
): Promise<{ publisher: Redis; subscriber: Redis }> {
  const publisher = new Redis(url, { enableAutoPipelining: true });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null });
  await Promise.all([once(publisher, 'ready'), once(subscriber, 'ready')]);
  return { publisher, subscriber };
}
