import { expect, test } from '@jest/globals';
import { Recent } from '../../src/platform/recent.js';

interface Looked {
  recent: Recent<{ key: string }>;
  /** The keys of each look-up so far. */
  looks: string[][];
}

function looked(): Looked {
  const looks: string[][] = [];
  const recent = new Recent({
    max: 1_000,
    ttlMs: 100,
    caching: 'byTime',
    look: (keys) => {
      looks.push(keys);
      return Promise.resolve(new Map(keys.map((key) => [key, { key }])));
    },
  });
  return { recent, looks };
}

test('what is in use is looked up together, though each is asked for by itself', async () => {
  const { recent, looks } = looked();
  const inUse = Array.from({ length: 20 }, (_, index) => `used ${index}`);
  await recent.getMany(['asked for once']);
  const end = performance.now() + 30_000;
  // Looks for most of them: on a machine that stands still for a moment some run out meanwhile.
  while (!looks.some((keys) => keys.length > inUse.length / 2)) {
    for (const key of inUse) expect((await recent.getMany([key])).get(key)).toEqual({ key });
    expect(performance.now()).toBeLessThan(end);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(looks.filter((keys) => keys.includes('asked for once'))).toHaveLength(1);
});
