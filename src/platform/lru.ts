import { LRUCache } from 'lru-cache';

/**
 * A cache that forgets the least recently used beyond `max` entries, and each after `ttlMs` (0: never). With the
 * library's own `max` a cache takes its whole memory, and 8 ms, before its first entry; this one grows as it fills.
 * `sizeOf`: what each counts for, where `max` is no number of entries. The clock is read each time: the library would
 * keep it for a millisecond, by a timer for each of them.
 */
export const lru = <Value extends object | boolean | number | string>(
  max: number,
  ttlMs = 0,
  sizeOf: (value: Value) => number = () => 1,
) =>
  new LRUCache<string, Value>({
    maxSize: max,
    sizeCalculation: sizeOf,
    ttl: ttlMs,
    ttlResolution: 0,
  });
