import { test } from '@jest/globals';
import { cluster, proxy, redis, survives } from '../redis-talk.js';

test('Redis hangs while people talk', async () => {
  await survives({ begin: () => redis.hang(), end: () => redis.goOn() });
}, 60_000);

test('what is published reaches nobody: subscriptions are cut again and again while people talk', async () => {
  let cutting: NodeJS.Timeout | undefined;
  await survives({
    begin: () => {
      cutting = setInterval(() => void redis.ask('CLIENT', 'KILL', 'TYPE', 'pubsub'), 200);
    },
    end: () => clearInterval(cutting),
  });
}, 60_000);

test('one node alone hears nothing, over a connection that looks alive', async () => {
  await survives(
    {
      begin: () => proxy.set('blackHole', 'haggle-subscriber'),
      end: () => proxy.set('pass'),
    },
    [cluster.gateways[1]!],
  );
}, 60_000);
