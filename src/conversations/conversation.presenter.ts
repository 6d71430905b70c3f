import { limits, type view } from '../contract/index.js';
import { presentCard, type ListingStore } from '../listings/index.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxRow, InboxStore } from './inbox.store.js';
import { presentMessage } from './message.presenter.js';
import type { MessageStore } from './message.store.js';

export type PresentConversations = (
  userId: string,
  conversationIds: string[],
) => Promise<view.Conversation[]>;

interface Deps {
  conversations: ConversationStore;
  inbox: InboxStore;
  messages: MessageStore;
  listings: ListingStore;
  users: UserStore;
}

/**
 * Conversations as one of their people sees them, in the order asked for; those that are not this person's are left
 * out. Reads for a whole page go together, never one conversation after another.
 */
export const createPresentConversations =
  (deps: Deps): PresentConversations =>
  async (userId, conversationIds) => {
    const found = await deps.conversations.getMany(conversationIds);
    const own = conversationIds
      .map((id) => found.get(id))
      .filter((conversation) => conversation !== undefined)
      .filter((conversation) => conversation.has(userId));
    const pairs = own.map((conversation) => ({
      userId,
      conversationId: conversation.id,
      otherId: conversation.otherThan(userId),
    }));
    const [rows, listings, profiles] = await Promise.all([
      deps.inbox.ofPeople(
        pairs.flatMap(({ userId: reader, otherId, conversationId }) => [
          { userId: reader, conversationId },
          { userId: otherId, conversationId },
        ]),
      ),
      deps.listings.getMany(own.map((conversation) => conversation.listingId)),
      deps.users.profilesOf(own.flatMap((conversation) => [...conversation.people])),
    ]);
    const rowOf = (person: string, id: string) => rows.get(person, id);
    const [unread, lasts] = await Promise.all([
      deps.messages.countUnread(
        pairs.flatMap(({ conversationId, otherId }) => {
          const row = rowOf(userId, conversationId);
          return row && row.lastSeq > row.readSeq
            ? [{ conversationId, fromId: otherId, readSeq: row.readSeq }]
            : [];
        }),
        limits.unreadCap,
      ),
      // The row says which entry is the last one, the log says what it says by now.
      deps.messages.bySeqs(
        pairs.flatMap(({ conversationId }) => {
          const seq = rowOf(userId, conversationId)?.shownSeq;
          return seq ? [{ conversationId, seq }] : [];
        }),
      ),
    ]);
    const lastOf = new Map(lasts.map((entry) => [entry.conversationId, entry]));
    const person = (id: string): view.User => {
      const profile = profiles.get(id);
      return profile ? presentProfile(profile) : presentGone(id);
    };
    return own.map((conversation) => {
      const mine = rowOf(userId, conversation.id);
      const last = lastOf.get(conversation.id);
      return {
        id: conversation.id,
        listing: presentCard(conversation.listingId, listings.get(conversation.listingId)),
        buyer: person(conversation.buyerId),
        seller: person(conversation.sellerId),
        lastMessage: last ? presentMessage(last) : null,
        lastSeq: mine?.lastSeq ?? 0,
        unread: unread.get(conversation.id) ?? 0,
        cursors: Object.fromEntries(
          conversation.people.map((id) => {
            const row = rowOf(id, conversation.id);
            const hidden = conversation.closed && id !== userId ? row?.frozen : undefined;
            return [id, positionsOf(hidden ?? row)];
          }),
        ),
        muted: mine?.muted ?? false,
        pinned: mine?.pinned ?? false,
        archived: mine?.archived ?? false,
        closed: conversation.closed,
        ...(mine?.left ? { left: true } : {}),
      };
    });
  };

const positionsOf = (row: Pick<InboxRow, 'deliveredSeq' | 'readSeq'> | undefined) => ({
  deliveredSeq: row?.deliveredSeq ?? 0,
  readSeq: row?.readSeq ?? 0,
});
