import type { Conversation, SyncAnswer } from './contract-types.js';
import type { Room } from './room.js';

/** Conversations with the end of their logs, in the form in which a sync brings them. */
export type Known = Pick<SyncAnswer, 'conversations' | 'messages' | 'holes'>;

/**
 * What a client knew, as plain JSON: an app may keep it, for this person alone, and hand it to `recall` in its next
 * run. It is bounded: about half a megabyte when all messages are long.
 */
export interface Remembered extends Known {
  readonly userId: string;
  readonly epoch: string;
}

/** Conversations that are remembered, and of how many of them the newest entries, and how many. */
const conversationsMost = 50;
const logsMost = 20;
const entriesMost = 40;

/** Of these conversations, given as they are listed, what is worth keeping. */
export function remembered(
  listed: readonly Conversation[],
  room: (id: string) => Pick<Room, 'log'>,
): Known {
  const conversations = listed.slice(0, conversationsMost);
  const ends = conversations.slice(0, logsMost).map(({ id }) => ({
    conversationId: id,
    entries: room(id).log.raw.slice(-entriesMost),
  }));
  return {
    conversations,
    messages: ends.flatMap(({ entries }) => entries),
    holes: ends.flatMap(({ conversationId, entries: [first] }) =>
      first && first.seq > 1 ? [{ conversationId, fromSeq: 1, toSeq: first.seq - 1 }] : [],
    ),
  };
}
