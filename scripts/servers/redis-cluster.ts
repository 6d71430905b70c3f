import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Child } from './child.js';
import { freePort } from './free-port.js';
import type { Leash } from './leash.js';
import { launchRedisServer } from './redis.js';

/** Nodes of the cluster: the fewest that Redis takes as one. */
const masters = 3;
const slots = 16_384;
/** A node that does not answer for so long (ms) counts as gone. */
const nodeTimeoutMs = 2_000;

export interface RedisCluster {
  /** As REDIS_URL takes it. */
  url: string;
  nodes: RedisNode[];
}

export interface RedisNode {
  child: Child;
  port: number;
  /** Starts the node again after it was killed, with what it stored. */
  again: () => Promise<void>;
}

/**
 * Starts a Redis Cluster of three masters without replicas on loopback, for tests and benchmarks; ready once every node
 * knows all slots. A node that is gone takes only its own slots along.
 */
export async function startRedisCluster(options: {
  program: string;
  dataDir: string;
  leash?: Leash | undefined;
}): Promise<RedisCluster> {
  const nodes = await Promise.all(
    Array.from({ length: masters }, async (_, index) => launchNode(options, index)),
  );
  const clients = nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
  try {
    const first = nodes[0]!;
    await Promise.all(
      clients.map((client, index) => {
        const [from, to] = [index, index + 1].map((one) => Math.ceil((slots * one) / masters));
        return client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to! - 1));
      }),
    );
    for (const client of clients.slice(1))
      await client.call('CLUSTER', 'MEET', '127.0.0.1', String(first.port), String(first.busPort));
    for (const client of clients) await untilWhole(client);
  } finally {
    for (const client of clients) client.disconnect();
  }
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  return { url: `redis-cluster://${addresses.join()}`, nodes };
}

async function launchNode(
  { program, dataDir, leash }: { program: string; dataDir: string; leash?: Leash | undefined },
  index: number,
): Promise<RedisNode & { busPort: number }> {
  // The usual port of the bus, 10,000 above, is none where the port is high.
  const [port, busPort] = [await freePort(), await freePort()];
  const launch = async (): Promise<Child> => {
    const child = launchRedisServer({
      program,
      dataDir: join(dataDir, `node-${index + 1}`),
      port,
      logFile: join(dataDir, `node-${index + 1}.log`),
      leash,
      config: {
        '--cluster-enabled': 'yes',
        '--cluster-port': String(busPort),
        '--cluster-node-timeout': String(nodeTimeoutMs),
        '--cluster-require-full-coverage': 'no',
      },
    });
    await child.ready;
    return child;
  };
  const node = {
    child: await launch(),
    port,
    busPort,
    again: async () => {
      node.child = await launch();
    },
  };
  return node;
}

async function untilWhole(client: Redis): Promise<void> {
  for (;;) {
    const info = String(await client.call('CLUSTER', 'INFO'));
    if (
      info.includes('cluster_state:ok') &&
      info.includes(`cluster_slots_ok:${slots}`) &&
      info.includes(`cluster_known_nodes:${masters}`)
    )
      return;
    await delay(25);
  }
}
