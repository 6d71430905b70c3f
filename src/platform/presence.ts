import type { Redis } from 'ioredis';

/** On which nodes a person has sockets. Lives in Redis under a lease, and means nothing when Redis is away. */
export interface PresenceReader {
  /** Nodes by person; somebody who is not connected, or not known to be, has none. */
  nodesOf(userIds: string[]): Promise<Map<string, string[]>>;
}

export const presenceKey = (prefix: string, userId: string) => `${prefix}:presence:{${userId}}`;

/** Of a person's sockets somebody may want to know: it was opened, or the last one of a node is gone. */
export const presenceChannel = (prefix: string, userId: string): string =>
  `${prefix}:presence-news:{${userId}}`;

export interface PresentSocket {
  nodeId: string;
  socketId: string;
  /** Opened at, ms since the epoch. */
  since: number;
}

/** How a socket stands in the set of its person, under the time at which its lease ends. */
export const memberOf = (one: PresentSocket) => `${one.nodeId}|${one.since}|${one.socketId}`;

export function socketOf(member: string): PresentSocket {
  const [nodeId = '', since, socketId = ''] = member.split('|');
  return { nodeId, since: Number(since), socketId };
}

export function readPresence(redis: Redis, prefix: string): PresenceReader {
  return {
    async nodesOf(userIds) {
      const now = Date.now();
      // Gathered into one trip by the client; the keys lie on different shards.
      const lists = await Promise.all(
        userIds.map((userId) => redis.zrangebyscore(presenceKey(prefix, userId), now, '+inf')),
      );
      const nodes = (members: string[]) => [
        ...new Set(members.map((member) => socketOf(member).nodeId)),
      ];
      return new Map(userIds.map((userId, index) => [userId, nodes(lists[index] ?? [])]));
    },
  };
}
