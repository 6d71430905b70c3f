import { Cluster, type Redis } from 'ioredis';
import { openRedis } from '../../src/platform/redis.js';
import { createLogger } from '../../src/platform/logger.js';

/**
 * Counts what Redis sends to one node: its connections are those that appear while `start` runs. Only servers that say
 * so in CLIENT LIST can be asked (Redis 8, Valkey 8.1 and newer); of others the answer is NaN.
 */
export async function countedNode(
  redisUrl: string,
  start: () => Promise<unknown>,
): Promise<{ bytes: () => Promise<number>; close: () => void }> {
  const log = createLogger({ nodeId: 'growth', level: 'silent', process: 'bench' });
  const client = openRedis(redisUrl, 'dashboard', log);
  if (client.status !== 'ready') await new Promise((resolve) => client.once('ready', resolve));
  const servers: Redis[] = client instanceof Cluster ? client.nodes('master') : [client];
  const list = async () => {
    const texts = await Promise.all(
      servers.map(async (server) => String(await server.call('CLIENT', 'LIST'))),
    );
    return texts.flatMap((text, index) =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => ({
          id: `${index}/${/\bid=(\d+)/.exec(line)?.[1]}`,
          bytes: Number(/\btot-net-out=(\d+)/.exec(line)?.[1]),
        })),
    );
  };
  const before = new Set((await list()).map(({ id }) => id));
  await start();
  const own = new Set((await list()).map(({ id }) => id).filter((id) => !before.has(id)));
  return {
    bytes: async () =>
      (await list()).filter(({ id }) => own.has(id)).reduce((sum, { bytes }) => sum + bytes, 0),
    close: () => client.disconnect(),
  };
}
