import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { Conversation } from '../../src/domain/conversation.js';
import { countedKinds, isShown } from '../../src/domain/entry.js';
import { presentCard } from '../../src/domain/listing-view.js';
import { mustSee } from '../../src/domain/listing-access.js';
import type { Conversation as ConversationView } from '../contract-types.js';
import { checkId, mustBe } from './check.js';
import { listingOf } from './listings.js';
import { apartFrom, presentUser } from './people.js';
import type { Actor, Membership, StoredConversation, World } from './world.js';

export const newMembership = (): Membership => ({
  deliveredSeq: 0,
  readSeq: 0,
  muted: false,
  pinned: false,
  archived: false,
});

export const peopleOf = ({ buyerId, sellerId }: StoredConversation) => [buyerId, sellerId] as const;

/** What the domain says of it. */
export const conversationOf = (world: World, stored: StoredConversation): Conversation =>
  new Conversation(stored, apartFrom(world, stored.buyerId).has(stored.sellerId));

/** Before its first entry it is there for who opened it alone. */
function isThereFor(one: StoredConversation, userId: string): boolean {
  const known = one.entries.length > 0 || one.shown === true;
  return userId === one.buyerId || (userId === one.sellerId && known);
}

/** For all but its two people a conversation is not there. Throws NOT_FOUND. */
export function findOwn(world: World, actor: Actor, id: unknown): StoredConversation {
  checkId(id, 'conversationId');
  const found = world.state.conversations[id];
  if (!found || !isThereFor(found, actor.userId))
    throw new Refusal('NOT_FOUND', 'No such conversation');
  return found;
}

export const isClosed = (world: World, stored: StoredConversation): boolean =>
  conversationOf(world, stored).closed;

export const hasLeft = ({ leftBy }: StoredConversation, userId: string): boolean =>
  leftBy.some((one) => one.userId === userId);

export function touch(world: World, conversation: StoredConversation): void {
  world.state.changes += 1;
  conversation.changed = world.state.changes;
}

/** Opens the conversation of a buyer about a listing, or finds it. Throws NOT_FOUND, FORBIDDEN, LISTING_UNAVAILABLE. */
export function openConversation(
  world: World,
  actor: Actor,
  listingId: unknown,
): { conversation: StoredConversation; created: boolean } {
  checkId(listingId, 'listingId');
  const id = `conversation-${listingId}-${actor.userId}`;
  const known = world.state.conversations[id];
  if (known) {
    if (hasLeft(known, actor.userId)) {
      known.leftBy = known.leftBy.filter(({ userId }) => userId !== actor.userId);
      touch(world, known);
      announce(world, known);
    }
    return { conversation: known, created: false };
  }
  const listing = listingOf(world, listingId);
  mustSee(listing, actor.userId, apartFrom(world, actor.userId));
  const opened = Conversation.between(id, actor.userId, listing, world.now());
  if (listing.state !== 'onSale' && listing.state !== 'reserved')
    throw new Refusal('LISTING_UNAVAILABLE');
  const conversation: StoredConversation = {
    ...opened.snapshot(),
    entries: [],
    members: { [actor.userId]: newMembership(), [listing.sellerId]: newMembership() },
    changed: 0,
  };
  world.state.conversations[conversation.id] = conversation;
  touch(world, conversation);
  return { conversation, created: true };
}

/** The other side's counted entries above one's `readSeq`, up to the cap. */
export function unreadOf(conversation: StoredConversation, userId: string): number {
  const { readSeq } = conversation.members[userId]!;
  const unread = conversation.entries.filter(
    ({ message }) =>
      message.seq > readSeq &&
      message.senderId !== null &&
      message.senderId !== userId &&
      message.state !== 'unsent' &&
      countedKinds.includes(message.kind),
  ).length;
  return Math.min(unread, limits.unreadCap);
}

/** As one of its people sees it. */
export function presentConversation(
  world: World,
  conversation: StoredConversation,
  userId: string,
): ConversationView {
  const { muted, pinned, archived } = conversation.members[userId]!;
  const { id, listingId, buyerId, sellerId, entries, members } = conversation;
  return {
    id,
    listing: presentCard(listingId, listingOf(world, listingId) ?? undefined),
    buyer: presentUser(world, buyerId),
    seller: presentUser(world, sellerId),
    lastMessage: entries.map(({ message }) => message).findLast(isShown) ?? null,
    lastSeq: entries.length,
    unread: unreadOf(conversation, userId),
    cursors: Object.fromEntries(
      Object.entries(members).map(([person, { deliveredSeq, readSeq }]) => [
        person,
        { deliveredSeq, readSeq },
      ]),
    ),
    muted,
    pinned,
    archived,
    closed: isClosed(world, conversation),
  };
}

/** Newest activity first. */
export function ownConversations(world: World, userId: string): StoredConversation[] {
  const lastAt = (one: StoredConversation) =>
    one.entries.at(-1)?.message.createdAt ?? one.createdAt.toISOString();
  return Object.values(world.state.conversations)
    .filter((one) => isThereFor(one, userId) && !hasLeft(one, userId))
    .sort((a, b) => lastAt(b).localeCompare(lastAt(a)) || b.changed - a.changed);
}

/** Mute, pin, archive. */
export function changeMembership(
  world: World,
  actor: Actor,
  conversation: StoredConversation,
  change: Record<string, unknown>,
): void {
  const names = ['muted', 'pinned', 'archived'] as const;
  const given = names.filter((name) => change[name] !== undefined);
  mustBe(given.length > 0, '', 'names no change');
  for (const name of given) {
    const value = change[name];
    mustBe(typeof value === 'boolean', name, 'is not true or false');
    conversation.members[actor.userId]![name] = value;
  }
  touch(world, conversation);
  announce(world, conversation, [actor.userId], actor.socketId);
}

/** Shows the conversation as it is now to these people's devices. */
export function announce(
  world: World,
  conversation: StoredConversation,
  people: readonly string[] = peopleOf(conversation),
  exceptSocketId?: string,
): void {
  for (const person of people) {
    if (hasLeft(conversation, person) || !isThereFor(conversation, person)) continue;
    const view = presentConversation(world, conversation, person);
    world.tell(person, 'conversation:updated', view, exceptSocketId);
  }
}
