#!/usr/bin/env node
/**
 * `npm run test:redis-cluster`: tests of several nodes beside a Redis Cluster of three masters instead of a single
 * Redis. Other files than the usual ones may be named.
 */
import { join } from 'node:path';
import { root } from './prepare/command.mjs';
import { importCompiled, prepare } from './prepare/prepare.mjs';

/** Whatever meets in Redis: rooms, presence, limits, caches, news between nodes, queues. */
const usual = [
  'test/cluster/',
  'test/gateway/(presence|budgets|shared-cache|reading|alerts|watched-listings)\\.test',
  'test/races/sending',
  'test/workers/(push|relay)\\.test',
];

try {
  const { progress, buildFailure } = await prepare();
  if (buildFailure) throw new Error(`The build failed:\n${buildFailure}`);
  const { runWithServers } = await importCompiled('scripts/test-servers.js');
  const own = process.argv.slice(2);
  process.exitCode = await runWithServers({
    command: process.execPath,
    args: [
      '--experimental-vm-modules',
      join(root, 'node_modules/jest/bin/jest.js'),
      ...(own.length > 0 ? own : usual),
    ],
    env: process.env,
    progress,
    redisCluster: true,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
