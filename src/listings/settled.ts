/**
 * Settles the order of equal ones, newest id first, in a stream that comes in the order of `keyOf`: an index then need
 * not hold the ids, which would make it several times as large.
 */
export async function* settled<T extends { _id: string }>(
  stream: AsyncIterable<T>,
  keyOf: (one: T) => number,
): AsyncGenerator<T> {
  let equal: T[] = [];
  for await (const one of stream) {
    if (equal[0] && keyOf(equal[0]) !== keyOf(one)) {
      yield* newestFirst(equal);
      equal = [];
    }
    equal.push(one);
  }
  yield* newestFirst(equal);
}

const newestFirst = <T extends { _id: string }>(equal: T[]): T[] =>
  equal.length > 1 ? equal.sort((one, other) => (one._id < other._id ? 1 : -1)) : equal;
