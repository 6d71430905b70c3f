import { Cluster } from 'ioredis';
import { createLogger } from '../../src/platform/logger.js';
import { openRedis, type RedisClient } from '../../src/platform/redis.js';
import { clockFinding, fail, isFrom, ok, warn, type Finding } from './finding.js';

const oldest = '7.0';
const reachMs = 5_000;

/** Whether a Redis is there and fit for what it carries. `queues`: nothing may be evicted or lost there. */
export async function checkRedis(name: string, url: string, queues: boolean): Promise<Finding[]> {
  const log = createLogger({ nodeId: 'doctor', level: 'silent', process: 'haggle' });
  const client = openRedis(url, 'dashboard', log);
  try {
    await reached(client);
    return await look(name, client, queues);
  } catch (error) {
    return [
      fail(
        name,
        `cannot be reached: ${(error as Error).message}`,
        `Check the address of ${name}, its password, and that it is reachable from here.`,
      ),
    ];
  } finally {
    client.disconnect();
  }
}

async function reached(client: RedisClient): Promise<void> {
  if (client.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    let last = new Error(`no answer within ${reachMs / 1_000} s`);
    client.on('error', (error: Error) => (last = error));
    const timer = setTimeout(() => reject(last), reachMs);
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function look(name: string, client: RedisClient, queues: boolean): Promise<Finding[]> {
  const facts = new Map(
    (await client.info()).split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)];
    }),
  );
  const asked = Date.now();
  const [seconds, micros] = (await client.time()).map(Number);
  const between = (asked + Date.now()) / 2;
  // A Valkey says which Redis it is like.
  const version = facts.get('redis_version') ?? '0';
  const policy = facts.get('maxmemory_policy') ?? 'unknown';
  const findings = [
    isFrom(version, oldest)
      ? ok(name, `version ${version}${client instanceof Cluster ? ', a cluster' : ''}`)
      : fail(name, `version ${version}`, `Haggle needs Redis ${oldest} or newer.`),
    clockFinding(name, seconds! * 1_000 + micros! / 1_000 - between),
  ];
  if (!(client instanceof Cluster) && facts.get('role') !== 'master')
    findings.push(fail(name, 'is a replica', 'Name the primary: a replica takes no writes.'));
  if (!queues) return findings;
  findings.push(
    policy === 'noeviction'
      ? ok(name, 'maxmemory-policy noeviction')
      : fail(
          name,
          `maxmemory-policy ${policy}`,
          'Set noeviction: jobs of the queues would be thrown away.',
        ),
    facts.get('aof_enabled') === '1'
      ? ok(name, 'append-only file on')
      : warn(
          name,
          'append-only file off',
          'Set appendonly yes: a restart would lose the pushes that wait.',
        ),
  );
  return findings;
}
