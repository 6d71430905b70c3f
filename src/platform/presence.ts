import type { RedisClient } from './redis.js';

export const presenceKey = (prefix: string, userId: string) => `${prefix}:presence:{${userId}}`;

/** Carries a hint that a person's presence may have changed: a socket was opened, or the last one of a node is gone. */
export const presenceChannel = (prefix: string, userId: string): string =>
  `${prefix}:presence-news:{${userId}}`;

export interface PresentSocket {
  nodeId: string;
  socketId: string;
  /** Opened at, ms since the epoch. */
  since: number;
}

/** The text for a socket in the set of its person, where its score is the time when its lease ends. */
export const memberOf = (one: PresentSocket) => `${one.nodeId}|${one.since}|${one.socketId}`;

export function socketOf(member: string): PresentSocket {
  const [nodeId = '', since, socketId = ''] = member.split('|');
  return { nodeId, since: Number(since), socketId };
}

export type PresenceReader = ReturnType<typeof readPresence>;

/**
 * Says on which nodes a person has sockets. Kept in Redis under a lease; unknown while Redis is away. Nobody's clock is
 * asked here: the key ends with its last lease, and who renews one drops those that ran out.
 */
export function readPresence(redis: RedisClient, prefix: string) {
  return {
    /** Nodes by person; a person who is not connected, or whose connection is unknown, has none. */
    async nodesOf(userIds: string[]): Promise<Map<string, string[]>> {
      // The client gathers these into one trip; the keys are on different shards.
      const lists = await Promise.all(
        userIds.map((userId) => redis.zrange(presenceKey(prefix, userId), 0, '-1')),
      );
      const nodes = (members: string[]) => [
        ...new Set(members.map((member) => socketOf(member).nodeId)),
      ];
      return new Map(userIds.map((userId, index) => [userId, nodes(lists[index] ?? [])]));
    },
  };
}
