import { expect, test } from '@jest/globals';
import { GatheredLooks } from '../../src/platform/gathered-looks.js';

/** Looks that end when they are told to; each finds the number of the look under every key. */
function looked(apartMs?: number) {
  const begun: { keys: string[]; end: (error?: Error) => void }[] = [];
  const looks = new GatheredLooks<number>(
    (keys) =>
      new Promise((resolve, reject) => {
        const number = begun.length + 1;
        const found = new Map(keys.map((key) => [key, number]));
        begun.push({ keys, end: (error) => (error ? reject(error) : resolve(found)) });
      }),
    apartMs,
  );
  return { begun, looks };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('those of one moment share a look, and those who come while it is under way share the next one', async () => {
  const { begun, looks } = looked();
  const first = [looks.getMany(['a', 'b']), looks.getMany(['b', 'c'])];
  await turn();
  await turn();
  const second = [looks.getMany(['a']), looks.getMany(['d'])];
  expect(begun.map(({ keys }) => keys)).toEqual([['a', 'b', 'c']]);
  begun[0]!.end();
  expect((await Promise.all(first)).map((found) => found.get('b'))).toEqual([1, 1]);
  await turn();
  await turn();
  expect(begun[1]!.keys).toEqual(['a', 'd']);
  begun[1]!.end();
  expect((await Promise.all(second)).map((found) => found.get('a'))).toEqual([2, 2]);
});

test('a look that fails fails for those who asked for it, and one that hangs holds up nobody', async () => {
  const { begun, looks } = looked();
  const first = looks.getMany(['a']);
  await turn();
  await turn();
  const hanging = looks.getMany(['a']);
  begun[0]!.end(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await turn();
  await turn();
  expect(begun).toHaveLength(2);
  const third = looks.getMany(['b']);
  while (begun.length < 3) await turn();
  begun[2]!.end();
  expect(await third).toEqual(new Map([['b', 3]]));
  begun[1]!.end();
  expect(await hanging).toEqual(new Map([['a', 2]]));
});

test('looks that are kept apart gather who comes between them, and the first begins at once', async () => {
  const { begun, looks } = looked(500);
  const first = looks.getMany(['a']);
  while (begun.length < 1) await turn();
  begun[0]!.end();
  await first;
  const both = [looks.getMany(['b'])];
  await turn();
  await turn();
  both.push(looks.getMany(['c']));
  expect(begun).toHaveLength(1);
  while (begun.length < 2) await turn();
  begun[1]!.end();
  await Promise.all(both);
  expect(begun.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']]);
});
