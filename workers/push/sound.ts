import type { RedisClient } from '../../src/platform/redis.js';

/** A conversation makes one sound in this time; later notifications meanwhile replace the shown one silently. */
const quietMs = 10_000;

export interface Ringing {
  conversationId: string;
  recipientId: string;
  seq: number;
}

/**
 * Says which notifications make a sound. The entry that rang keeps its sound at every try, since nobody may have heard
 * it. With Redis away everything rings: too often is better than never.
 */
export function createSound(deps: { redis: RedisClient; prefix: string }) {
  const rings = async ({ conversationId, recipientId, seq }: Ringing): Promise<boolean> => {
    const key = `${deps.prefix}:rang:{${recipientId}}:${conversationId}`;
    try {
      const last = await deps.redis.set(key, seq, 'PX', quietMs, 'NX', 'GET');
      return last === null || Number(last) === seq;
    } catch {
      return true;
    }
  };
  // The client sends commands of one moment in one trip.
  return (asked: Ringing[]): Promise<boolean[]> => Promise.all(asked.map(rings));
}

export type Sound = ReturnType<typeof createSound>;
