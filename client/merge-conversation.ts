import type { Conversation, Message } from './contract-types.js';
import type { ConversationLog } from './conversation-log.js';

/** Kinds that count as unread: what a person wrote or proposed. */
const counted: ReadonlySet<string> = new Set(['text', 'image', 'place', 'offer', 'appointment']);

/**
 * Views travel beside the log and may be older than what this device already knows: positions never go back, and
 * the last entry and the unread count are taken from whoever is further.
 */
export function mergeConversation(
  known: Conversation | undefined,
  incoming: Conversation,
  me: string,
): Conversation {
  if (!known) return incoming;
  const cursors = { ...incoming.cursors };
  for (const [userId, position] of Object.entries(known.cursors)) {
    const other = cursors[userId];
    cursors[userId] = {
      deliveredSeq: Math.max(position.deliveredSeq, other?.deliveredSeq ?? 0),
      readSeq: Math.max(position.readSeq, other?.readSeq ?? 0),
    };
  }
  const merged = { ...incoming, cursors };
  const readHere = (cursors[me]?.readSeq ?? 0) > (incoming.cursors[me]?.readSeq ?? 0);
  if (incoming.lastSeq < known.lastSeq) {
    merged.lastSeq = known.lastSeq;
    merged.lastMessage = known.lastMessage;
  }
  if (readHere || incoming.lastSeq < known.lastSeq) merged.unread = known.unread;
  return merged;
}

/** The conversation after an entry was added to its log. */
export function withEntry(known: Conversation, message: Message, me: string): Conversation {
  if (message.seq <= known.lastSeq) return known;
  const alreadyRead = message.seq <= (known.cursors[me]?.readSeq ?? 0);
  const counts = message.senderId !== me && counted.has(message.kind) && !alreadyRead;
  return {
    ...known,
    lastSeq: message.seq,
    lastMessage: message,
    unread: counts ? known.unread + 1 : known.unread,
  };
}

/** The conversation after somebody's positions moved. */
export function withPosition(
  known: Conversation,
  userId: string,
  position: { deliveredSeq?: number; readSeq?: number },
): Conversation {
  const old = known.cursors[userId] ?? { deliveredSeq: 0, readSeq: 0 };
  const readSeq = Math.max(old.readSeq, position.readSeq ?? 0);
  const deliveredSeq = Math.max(old.deliveredSeq, position.deliveredSeq ?? 0, readSeq);
  if (readSeq === old.readSeq && deliveredSeq === old.deliveredSeq) return known;
  return { ...known, cursors: { ...known.cursors, [userId]: { deliveredSeq, readSeq } } };
}

/**
 * The conversation with its unread entries counted here, where the log at hand reaches back to what was read: views
 * and entries travel apart, and a count that came with one of them may be about another moment.
 */
export function withUnread(known: Conversation, log: ConversationLog, me: string): Conversation {
  const readSeq = known.cursors[me]?.readSeq ?? 0;
  if (log.first > readSeq + 1 || log.last < known.lastSeq) return known;
  const unread = log.entries.filter(
    ({ message }) =>
      message.seq > readSeq &&
      message.senderId !== me &&
      message.state !== 'unsent' &&
      counted.has(message.kind),
  ).length;
  return unread === known.unread ? known : { ...known, unread };
}
