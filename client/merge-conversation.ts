import { unreadCap } from '../src/contract/chat-limits.js';
import type { Conversation, Message } from './contract-types.js';
import type { ConversationLog } from './conversation-log.js';

/** Kinds that count as unread: what a person wrote or proposed. */
const counted: ReadonlySet<string> = new Set(['text', 'image', 'place', 'offer', 'appointment']);

/**
 * Merges a view that may be older than what this device knows, since views and the log arrive separately: positions
 * never go back, and the last entry and the unread count come from whichever is further.
 */
export function mergeConversation(
  known: Conversation | undefined,
  incoming: Conversation,
  me: string,
): Conversation {
  if (!known) return incoming;
  const merged = { ...incoming };
  for (const [userId, position] of Object.entries(known.cursors))
    merged.cursors = withPosition(merged, userId, position).cursors;
  const readHere = (merged.cursors[me]?.readSeq ?? 0) > (incoming.cursors[me]?.readSeq ?? 0);
  if (incoming.lastSeq < known.lastSeq) {
    merged.lastSeq = known.lastSeq;
    merged.lastMessage = known.lastMessage;
  }
  if (readHere || incoming.lastSeq < known.lastSeq) merged.unread = known.unread;
  // What came in after the view was made has brought the conversation back.
  if ((incoming.lastMessage?.seq ?? 0) < (known.lastMessage?.seq ?? 0)) merged.archived = false;
  return merged;
}

/** The conversation after an entry was added to its log: whatever is shown brings it back from the archive. */
export function withEntry(known: Conversation, message: Message, me: string): Conversation {
  if (message.seq <= known.lastSeq) return known;
  const alreadyRead = message.seq <= (known.cursors[me]?.readSeq ?? 0);
  const isChange = message.aside || message.kind === 'edit' || message.kind === 'unsend';
  const counts = message.senderId !== me && counted.has(message.kind) && !alreadyRead;
  return {
    ...known,
    lastSeq: message.seq,
    lastMessage: isChange ? known.lastMessage : message,
    archived: isChange && known.archived,
    unread: counts ? Math.min(known.unread + 1, unreadCap) : known.unread,
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
 * Takes a conversation's last message and unread count from the known log, where that reaches far enough: views and
 * entries arrive separately, so each may describe another moment.
 */
export function asLogged(known: Conversation, log: ConversationLog, me: string): Conversation {
  if (log.last < known.lastSeq) return known;
  const lastMessage = log.entries.at(-1)?.message ?? known.lastMessage;
  const unread = unreadIn(log, known.cursors[me]?.readSeq ?? 0, me) ?? known.unread;
  if (lastMessage === known.lastMessage && unread === known.unread) return known;
  return { ...known, lastMessage, unread };
}

/** Undefined when the known log doesn't reach back to what was read. */
function unreadIn(log: ConversationLog, readSeq: number, me: string): number | undefined {
  if (log.first > readSeq + 1) return undefined;
  let unread = 0;
  // From the newest: what was read is most of a long log.
  for (let index = log.entries.length - 1; index >= 0; index -= 1) {
    const { seq, senderId, state, kind } = log.entries[index]!.message;
    if (seq <= readSeq) break;
    if (senderId !== me && state !== 'unsent' && counted.has(kind)) unread += 1;
  }
  return Math.min(unread, unreadCap);
}
