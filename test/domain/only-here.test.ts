import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { Presence } from '../../src/realtime/presence.js';

type Deps = ConstructorParameters<typeof Presence>[0];

/** The answers of Redis come when the test says so; what another node tells comes over another connection. */
let answer: (members: string[]) => void;
let connectedElsewhere: (news: { userId: string }) => void;
let presence: Presence;

beforeEach(() => {
  const redis = {
    defineCommand: () => undefined,
    zrem: () => Promise.resolve(1),
    spublish: () => Promise.resolve(0),
    tellPresence: () => new Promise<string[]>((resolve) => (answer = resolve)),
  };
  presence = new Presence({
    redis: redis as unknown as Redis,
    publisher: redis as unknown as Redis,
    news: {
      on: (_kind: string, handler: typeof connectedElsewhere) => (connectedElsewhere = handler),
      tell: () => Promise.resolve(),
    } as unknown as Deps['news'],
    config: { redisPrefix: 'test', nodeId: 'node-1', presenceLeaseMs: 60_000 } as Deps['config'],
    hearing: { deaf: false, onChange: () => undefined } as unknown as Deps['hearing'],
    log: {} as Deps['log'],
  });
});

afterEach(() => presence.close());

test('who is connected to this node alone is told without Redis', async () => {
  const arrived = presence.arrive('minji', 'socket-1');
  answer(['node-1|1|socket-1']);
  await arrived;
  expect(presence.isOnlyHere('minji')).toBe(true);
  connectedElsewhere({ userId: 'minji' });
  expect(presence.isOnlyHere('minji')).toBe(false);
});

test('news that overtakes the answer of Redis counts more than that answer', async () => {
  const arrived = presence.arrive('minji', 'socket-1');
  connectedElsewhere({ userId: 'minji' });
  answer(['node-1|1|socket-1']);
  await arrived;
  expect(presence.isOnlyHere('minji')).toBe(false);
});
