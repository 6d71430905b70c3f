import { limits, type view } from '../contract/index.js';
import { presentConversation } from '../domain/conversation-view.js';
import { presentPeople } from '../users/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Listing } from '../domain/listing.js';
import type { ConversationContext } from './conversation-context.js';
import { isShown, isUnread, type Entry } from '../domain/entry.js';
import type { InboxRow, Reader } from './inbox.store.js';
import { byConversation } from './message.store.js';

type RowOf = (person: string, id: string) => InboxRow | undefined;

/** With no more unread entries than this a conversation is read from the first of them on, which also counts them. */
const fewUnread = 10;

/** A conversation as its reader sees it, with the version of their own settings of it, which `If-Match` names. */
export interface PresentedConversation {
  userId: string;
  conversation: view.Conversation;
  version: number;
}

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
): Promise<PresentedConversation[]> {
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
  const { tails, counted } = await readLogs(chat, own, rowOf);
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
    return [{ userId, conversation: shown, version: mine?.version ?? 0 }];
  });
}

/** Conversations as one of their two people sees them, in the order asked for. Those of other people are left out. */
export async function presentConversations(
  chat: ConversationContext,
  userId: string,
  conversationIds: string[],
): Promise<view.Conversation[]> {
  const readers = conversationIds.map((conversationId) => ({ userId, conversationId }));
  return (await presentToReaders(chat, readers)).map((one) => one.conversation);
}

/** One conversation as the person sees it; undefined: they see none. */
export async function presentToReader(
  chat: ConversationContext,
  userId: string,
  conversationId: string,
): Promise<PresentedConversation | undefined> {
  const [presented] = await presentToReaders(chat, [{ userId, conversationId }]);
  return presented;
}

/** A conversation as who made it just now sees it: nothing is stored of it yet that has to be read. */
export async function presentNew(
  chat: ConversationContext,
  userId: string,
  conversation: Conversation,
  listing: Listing,
): Promise<view.Conversation> {
  const { people, buyerId, sellerId } = conversation;
  const person = await presentPeople(chat.users, [...people]);
  return presentConversation(conversation, userId, {
    listing,
    last: undefined,
    buyer: person(buyerId),
    seller: person(sellerId),
    lastSeq: 0,
    unread: 0,
    cursors: Object.fromEntries(people.map((id) => [id, positionsOf(undefined)])),
    muted: false,
    pinned: false,
    archived: false,
    left: false,
  });
}

/** Shows both people the conversation as it is now, after something around it changed (its listing, say). */
export async function announce(
  chat: ConversationContext,
  { id, people }: Conversation,
): Promise<void> {
  const readers = people.map((userId) => ({ userId, conversationId: id }));
  for (const { userId, conversation } of await presentToReaders(chat, readers))
    chat.fanOut.toUser(userId, 'conversation:updated', conversation);
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

interface Logs {
  /**
   * The log of each conversation, ascending, from the last entry on that its rows know to be shown, or from the first
   * unread one where they are few.
   */
  tails: Map<string, Entry[]>;
  /** How many are unread, by the place in `own`, where that is not counted from the tail. */
  counted: Map<number, number>;
}

async function readLogs(chat: ConversationContext, own: Own[], rowOf: RowOf): Promise<Logs> {
  const { messages } = chat;
  const begins = new Map<string, number>();
  const many: number[] = [];
  for (const [place, { userId, conversationId }] of own.entries()) {
    const { shownSeq = 0, lastSeq = 0, readSeq = 0 } = rowOf(userId, conversationId) ?? {};
    const few = lastSeq - readSeq <= fewUnread;
    if (!few) many.push(place);
    const from = few ? Math.min(shownSeq, readSeq + 1) : shownSeq;
    begins.set(conversationId, Math.min(from, begins.get(conversationId) ?? from));
  }
  const [entries, counted] = await Promise.all([
    messages.from([...begins].map(([conversationId, seq]) => ({ conversationId, seq }))),
    countUnread(chat, own, rowOf, many),
  ]);
  if (entries) return { tails: byConversation(entries), counted };
  // Rows are only this far behind when nothing projects them; then the rows are used as they are.
  const [shown, unread] = await Promise.all([
    messages.bySeqs(
      own.map(({ userId, conversationId }) => ({
        conversationId,
        seq: rowOf(userId, conversationId)?.shownSeq ?? 0,
      })),
    ),
    countUnread(chat, own, rowOf, [...own.keys()]),
  ]);
  return { tails: byConversation(shown), counted: unread };
}

/** Unread counts from the log of those at these places in `own`. */
async function countUnread(
  { messages }: ConversationContext,
  own: Own[],
  rowOf: RowOf,
  places: number[],
): Promise<Map<number, number>> {
  const asked = places.map((place) => {
    const { userId, conversationId, otherId } = own[place]!;
    const { readSeq = 0, lastSeq = 0 } = rowOf(userId, conversationId) ?? {};
    return { conversationId, fromId: otherId, readSeq, lastSeq };
  });
  const counted = await messages.standings(asked, limits.unreadCap);
  return new Map(places.map((place, index) => [place, counted[index]!.unread]));
}

/** Where all unread entries are in the tail. */
const unreadIn = (tail: Entry[], fromId: string, row: InboxRow | undefined): number =>
  Math.min(
    limits.unreadCap,
    tail.filter((entry) => isUnread(entry, fromId, row?.readSeq ?? Infinity)).length,
  );

const positionsOf = (row: Pick<InboxRow, 'deliveredSeq' | 'readSeq'> | undefined) => ({
  deliveredSeq: row?.deliveredSeq ?? 0,
  readSeq: row?.readSeq ?? 0,
});
