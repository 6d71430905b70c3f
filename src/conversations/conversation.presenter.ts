import { limits, type view } from '../contract/index.js';
import { presentConversation } from '../domain/conversation-view.js';
import { presentPeople } from '../users/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { ConversationContext } from './conversation-context.js';
import { isShown, isUnread, type Entry } from '../domain/entry.js';
import type { InboxRow, Reader } from './inbox.store.js';
import { byConversation } from './message.store.js';

type RowOf = (person: string, id: string) => InboxRow | undefined;

interface Own extends Reader {
  conversation: Conversation;
  otherId: string;
}

/**
 * Conversations as the readers see them; a reader who may not see one is left out. Reads for all conversations
 * together, never for one after another. The inbox rows only say where to begin reading the log, because a row may be
 * behind and authors must see their entries at once. A conversation that the other side opened and has not written in
 * is left out.
 */
export async function presentToReaders(
  chat: ConversationContext,
  readers: readonly Reader[],
): Promise<{ userId: string; shown: view.Conversation }[]> {
  const found = await chat.conversations.getMany(
    readers.map(({ conversationId }) => conversationId),
  );
  const own = readers.flatMap(({ userId, conversationId }): Own[] => {
    const conversation = found.get(conversationId);
    if (!conversation?.has(userId)) return [];
    return [{ userId, conversationId, conversation, otherId: conversation.otherThan(userId) }];
  });
  const conversations = [...new Set(own.map(({ conversation }) => conversation))];
  const [rows, listings, person] = await Promise.all([
    chat.inbox.ofPeople(
      conversations.flatMap(({ id, people }) =>
        people.map((userId) => ({ userId, conversationId: id })),
      ),
    ),
    chat.listingCards.getMany(conversations.map(({ listingId }) => listingId)),
    presentPeople(
      chat.users,
      conversations.flatMap(({ people }) => [...people]),
    ),
  ]);
  const rowOf = (person: string, id: string) => rows.get(person, id);
  const [counted, tails] = await Promise.all([
    countUnread(chat, own, rowOf),
    tailsOf(chat, own, rowOf),
  ]);
  return own.flatMap(({ userId, conversation, otherId }, index) => {
    const mine = rowOf(userId, conversation.id);
    const tail = tails.get(conversation.id) ?? [];
    const end = Math.max(mine?.lastSeq ?? 0, tail.at(-1)?.seq ?? 0);
    if (end === 0 && userId !== conversation.buyerId) return [];
    const last = tail.findLast(isShown);
    const { closed } = conversation;
    const shown = presentConversation(conversation, userId, {
      listing: listings.get(conversation.listingId),
      last,
      buyer: person(conversation.buyerId),
      seller: person(conversation.sellerId),
      lastSeq: end,
      unread: counted.get(index) ?? unreadIn(tail, otherId, mine),
      cursors: Object.fromEntries(
        conversation.people.map((id) => {
          const row = rowOf(id, conversation.id);
          const hidden = closed && id !== userId ? row?.frozen : undefined;
          return [id, positionsOf(hidden ?? row)];
        }),
      ),
      muted: mine?.muted ?? false,
      pinned: mine?.pinned ?? false,
      // A new shown entry brings the conversation back, even when the row is still behind.
      archived: (mine?.archived ?? false) && (last?.seq ?? 0) <= mine!.shownSeq,
      left: mine?.left ?? false,
    });
    return [{ userId, shown }];
  });
}

/** Conversations as one of their two people sees them, in the order asked for. Those of other people are left out. */
export async function presentConversations(
  chat: ConversationContext,
  userId: string,
  conversationIds: string[],
): Promise<view.Conversation[]> {
  const readers = conversationIds.map((conversationId) => ({ userId, conversationId }));
  return (await presentToReaders(chat, readers)).map(({ shown }) => shown);
}

/** Shows both people the conversation as it is now, after something around it changed (its listing, say). */
export async function announce(
  chat: ConversationContext,
  { id, people }: Conversation,
): Promise<void> {
  const readers = people.map((userId) => ({ userId, conversationId: id }));
  for (const { userId, shown } of await presentToReaders(chat, readers))
    chat.fanOut.toUser(userId, 'conversation:updated', shown);
}

/** A block between two people was set or lifted: both see their conversations as they are now. */
export async function showBlock(chat: ConversationContext, pair: [string, string]): Promise<void> {
  const { conversations, inbox } = chat;
  const ids = await inbox.between(...pair);
  const shared = [...(await conversations.getMany(ids)).values()];
  const open = shared.filter(({ closed }) => !closed).map(({ id }) => id);
  await inbox.touch(
    ids.flatMap((conversationId) => pair.map((userId) => ({ userId, conversationId }))),
  );
  await inbox.showPositions(open, pair);
  for (const conversation of shared) await announce(chat, conversation);
}

/** Unread counts from the log, by the place in `own`; of those whose rows say that something is above the read position. */
async function countUnread(
  { messages }: ConversationContext,
  own: Own[],
  rowOf: RowOf,
): Promise<Map<number, number>> {
  const asked = own.flatMap(({ userId, conversationId, otherId }, place) => {
    const { readSeq = 0, lastSeq = 0 } = rowOf(userId, conversationId) ?? {};
    return lastSeq > readSeq ? [{ place, conversationId, fromId: otherId, readSeq, lastSeq }] : [];
  });
  const counted = await messages.standings(asked, limits.unreadCap);
  return new Map(asked.map(({ place }, index) => [place, counted[index]!.unread]));
}

/** Counts unread entries of which the row does not know yet; all of them are in the tail. */
const unreadIn = (tail: Entry[], fromId: string, row: InboxRow | undefined): number =>
  tail.filter((entry) => isUnread(entry, fromId, row?.readSeq ?? Infinity)).length;

/** The log of each conversation, ascending, from the last entry on that its rows know to be shown. */
async function tailsOf(
  { messages }: ConversationContext,
  own: Own[],
  rowOf: RowOf,
): Promise<Map<string, Entry[]>> {
  const places = new Map<string, number>();
  for (const { userId, conversationId } of own) {
    const seq = rowOf(userId, conversationId)?.shownSeq ?? 0;
    places.set(conversationId, Math.min(seq, places.get(conversationId) ?? seq));
  }
  const asked = [...places].map(([conversationId, seq]) => ({ conversationId, seq }));
  // Rows are only this far behind when nothing projects them; then the rows are used as they are.
  const entries = (await messages.from(asked)) ?? (await messages.bySeqs(asked));
  return byConversation(entries);
}

const positionsOf = (row: Pick<InboxRow, 'deliveredSeq' | 'readSeq'> | undefined) => ({
  deliveredSeq: row?.deliveredSeq ?? 0,
  readSeq: row?.readSeq ?? 0,
});
