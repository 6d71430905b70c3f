import { limits, type view } from '../contract/index.js';
import { conversationAbilities } from '../domain/listing-access.js';
import { presentCard } from '../domain/listing-view.js';
import type { ListingStore } from '../listings/index.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { ConversationStore } from './conversation.store.js';
import { countedKinds, isShown, type Entry } from '../domain/entry.js';
import type { InboxRow, InboxStore, Reader } from './inbox.store.js';
import { presentMessage } from './message.presenter.js';
import type { MessageStore } from './message.store.js';

export type PresentConversations = (
  userId: string,
  conversationIds: string[],
) => Promise<view.Conversation[]>;

/** The same for several readers at once; a reader who may not see the conversation is left out. */
export type PresentToReaders = (
  readers: readonly Reader[],
) => Promise<{ userId: string; shown: view.Conversation }[]>;

interface Deps {
  conversations: ConversationStore;
  inbox: InboxStore;
  messages: MessageStore;
  listings: ListingStore;
  users: UserStore;
}

/**
 * Conversations as one of their two people sees them, in the order asked for. Those of other people are left out.
 */
export const createPresentConversations =
  (presentTo: PresentToReaders): PresentConversations =>
  async (userId, conversationIds) => {
    const told = await presentTo(
      conversationIds.map((conversationId) => ({ userId, conversationId })),
    );
    return told.map(({ shown }) => shown);
  };

interface Own extends Reader {
  conversation: Conversation;
  otherId: string;
}

/**
 * Reads for all conversations together, never for one after another. The inbox rows only say where to begin reading the
 * log, because a row may be behind and authors must see their entries at once. A conversation that the other side
 * opened and has not written in is left out.
 */
export const createPresentToReaders =
  (deps: Deps): PresentToReaders =>
  async (readers) => {
    const found = await deps.conversations.getMany(
      readers.map(({ conversationId }) => conversationId),
    );
    const own = readers.flatMap(({ userId, conversationId }): Own[] => {
      const conversation = found.get(conversationId);
      if (!conversation?.has(userId)) return [];
      return [{ userId, conversationId, conversation, otherId: conversation.otherThan(userId) }];
    });
    const conversations = [...new Set(own.map(({ conversation }) => conversation))];
    const [rows, listings, profiles] = await Promise.all([
      deps.inbox.ofPeople(
        conversations.flatMap(({ id, people }) =>
          people.map((userId) => ({ userId, conversationId: id })),
        ),
      ),
      deps.listings.getMany(conversations.map(({ listingId }) => listingId)),
      deps.users.profilesOf(conversations.flatMap(({ people }) => [...people])),
    ]);
    const rowOf = (person: string, id: string) => rows.get(person, id);
    const [counted, tails] = await Promise.all([
      Promise.all(own.map((one) => countUnread(deps, one, rowOf(one.userId, one.conversationId)))),
      tailsOf(deps, own, rowOf),
    ]);
    const person = (id: string): view.User => {
      const profile = profiles.get(id);
      return profile ? presentProfile(profile) : presentGone(id);
    };
    return own.flatMap(({ userId, conversation, otherId }, index) => {
      const mine = rowOf(userId, conversation.id);
      const tail = tails.get(conversation.id) ?? [];
      const end = Math.max(mine?.lastSeq ?? 0, tail.at(-1)?.seq ?? 0);
      if (end === 0 && userId !== conversation.buyerId) return [];
      const last = tail.findLast(isShown);
      const { closed } = conversation;
      const listing = listings.get(conversation.listingId);
      const shown: view.Conversation = {
        id: conversation.id,
        listing: presentCard(conversation.listingId, listing),
        buyer: person(conversation.buyerId),
        seller: person(conversation.sellerId),
        lastMessage: last ? presentMessage(last) : null,
        lastSeq: end,
        unread: counted[index] ?? unreadIn(tail, otherId, mine),
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
        closed,
        ...(mine?.left ? { left: true } : {}),
        abilities: conversationAbilities(listing, userId, closed),
      };
      return [{ userId, shown }];
    });
  };

/** Unread counts from the log; undefined where the row says that nothing is above the read position. */
async function countUnread(
  { messages }: Deps,
  { conversationId, otherId }: Own,
  row: InboxRow | undefined,
): Promise<number | undefined> {
  if (!row || row.lastSeq <= row.readSeq) return undefined;
  const asked = { conversationId, fromId: otherId, readSeq: row.readSeq };
  return (await messages.countUnread([asked], limits.unreadCap)).get(conversationId);
}

/** Counts unread entries of which the row does not know yet; all of them are in the tail. */
const unreadIn = (tail: Entry[], otherId: string, row: InboxRow | undefined): number =>
  tail.filter(
    ({ seq, senderId, kind, state }) =>
      seq > (row?.readSeq ?? Infinity) &&
      senderId === otherId &&
      state !== 'unsent' &&
      countedKinds.includes(kind),
  ).length;

/** The log of each conversation, ascending, from the last entry on that its rows know to be shown. */
async function tailsOf(
  { messages }: Deps,
  own: Own[],
  rowOf: (person: string, id: string) => InboxRow | undefined,
): Promise<Map<string, Entry[]>> {
  const places = new Map<string, number>();
  for (const { userId, conversationId } of own) {
    const seq = rowOf(userId, conversationId)?.shownSeq ?? 0;
    places.set(conversationId, Math.min(seq, places.get(conversationId) ?? seq));
  }
  const asked = [...places].map(([conversationId, seq]) => ({ conversationId, seq }));
  // Rows are only this far behind when nothing projects them; then the rows are used as they are.
  const entries = (await messages.from(asked)) ?? (await messages.bySeqs(asked));
  const tails = new Map<string, Entry[]>();
  for (const entry of entries.sort((one, other) => one.seq - other.seq)) {
    const tail = tails.get(entry.conversationId);
    if (tail) tail.push(entry);
    else tails.set(entry.conversationId, [entry]);
  }
  return tails;
}

const positionsOf = (row: Pick<InboxRow, 'deliveredSeq' | 'readSeq'> | undefined) => ({
  deliveredSeq: row?.deliveredSeq ?? 0,
  readSeq: row?.readSeq ?? 0,
});
