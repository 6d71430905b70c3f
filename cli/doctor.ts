import type { Command } from 'commander';
import { ConfigError } from '../src/platform/config.js';
import { checkFcm, checkSigningKeys, checkWebPush } from './doctor/keys.js';
import { fail, ok, type Finding } from './doctor/finding.js';
import { checkMongo } from './doctor/mongo.js';
import { checkProxy } from './doctor/proxy.js';
import { checkRedis } from './doctor/redis.js';
import { say } from './output.js';
import { config, environment } from './settings.js';

const help = `
Run it where a gateway runs, with its settings: in its container, say. It changes nothing.
Exit code 1: a line begins with fail.

Examples:
  haggle doctor
  docker compose exec gateway-1 node dist/haggle.js doctor
  haggle doctor --offline     does not ask Google, and does not try PUBLIC_URL`;

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('looks whether settings, MongoDB, Redis, proxy and keys are fit for Haggle')
    .option('--offline', 'leave out what asks beyond MongoDB and Redis')
    .addHelpText('after', help)
    .action(examine);
}

async function examine({ offline = false }: { offline?: boolean }): Promise<void> {
  const found = await Promise.all(checks(!offline));
  for (const { is, about, what, remedy } of found.flat()) {
    say(`${is.padEnd(4)}  ${about.padEnd(10)}  ${what}`);
    if (remedy) say(`      ${' '.repeat(10)}  → ${remedy}`);
  }
  if (found.flat().some(({ is }) => is === 'fail')) process.exitCode = 1;
}

/** Side by side: each waits for somebody else. */
function checks(online: boolean): Promise<Finding[]>[] {
  const env = environment();
  try {
    const read = config();
    const { mongoUri, redisUrl, queueRedisUrl, publicUrl } = read;
    const apart = queueRedisUrl !== redisUrl;
    const open = read.loopback ? 'loopback: for development' : read.host;
    return [
      known([ok('settings', `can be used; HOST is ${open}`)]),
      checkMongo(mongoUri),
      checkRedis('Redis', redisUrl, !apart),
      ...(apart ? [checkRedis('queues', queueRedisUrl, true)] : []),
      known([checkSigningKeys(read), checkWebPush(read)]),
      checkFcm(read, online),
      ...(online ? [checkProxy(publicUrl)] : []),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // What can be looked at without the rest.
    return [
      known(
        error.problems.map((line) => fail('settings', line, 'docs/operations.md, "Settings".')),
      ),
      ...(env['MONGODB_URI'] ? [checkMongo(env['MONGODB_URI'])] : []),
      ...(env['REDIS_URL'] ? [checkRedis('Redis', env['REDIS_URL'], !env['QUEUE_REDIS_URL'])] : []),
    ];
  }
}

const known = (findings: Finding[]) => Promise.resolve(findings);
