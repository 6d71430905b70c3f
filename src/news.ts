import { z } from 'zod';
import type { NodeChannel } from './platform/node-channel.js';

/** What nodes and workers tell each other. A hint like everything in Redis: what is lost is found otherwise. */
export const News = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sessionsEnded'), sessionIds: z.array(z.string()) }),
  z.object({
    kind: z.literal('behind'),
    userId: z.string(),
    conversationId: z.string(),
    lastSeq: z.number(),
  }),
  /** An event of the contract for the devices of a person, from somebody who has no sockets. */
  z.object({
    kind: z.literal('told'),
    userId: z.string(),
    event: z.enum(['message:new', 'conversation:updated', 'notification:new']),
    payload: z.record(z.string(), z.unknown()),
  }),
  /** Something that closes or opens conversations between these two: a block was set or lifted, somebody left. */
  z.object({
    kind: z.literal('closureChanged'),
    userIds: z.array(z.string()),
    /** Left out: all that they share. */
    conversationId: z.string().optional(),
  }),
  /** What others see of a person changed: what is remembered of it is old. */
  z.object({ kind: z.literal('profileChanged'), userId: z.string() }),
  /** A person opened one socket too many: this one gives way. */
  z.object({ kind: z.literal('socketReplaced'), userId: z.string(), socketId: z.string() }),
  /** A person who has sockets on the node that is told opened one on another. */
  z.object({ kind: z.literal('connectedElsewhere'), userId: z.string() }),
  /** A node asks itself whether it hears: see `probe.ts`. */
  z.object({ kind: z.literal('probe'), number: z.number() }),
]);
export type News = z.infer<typeof News>;

export type NodeNews = NodeChannel<News>;
