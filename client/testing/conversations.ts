import { Refusal } from '../../src/contract/errors.js';
import type { request, view } from '../../src/contract/index.js';
import { limits } from '../../src/contract/limits.js';
import { Conversation } from '../../src/domain/conversation.js';
import { conversationAbilities } from '../../src/domain/listing-access.js';
import { countedKinds, isShown } from '../../src/domain/entry.js';
import { mustSee } from '../../src/domain/listing-access.js';
import { presentCard } from '../../src/domain/listing-view.js';
import { listingOf } from './listings.js';
import { presentUser } from './people.js';
import type { Actor, OwnSetting, StoredConversation, World } from './world.js';

/** Before its first entry a conversation exists only for the person who opened it. */
function isThereFor(one: StoredConversation, userId: string): boolean {
  const known = one.entries.length > 0 || one.shown === true;
  return userId === one.buyerId || (userId === one.sellerId && known);
}

/** A conversation exists only for its two people. Throws NOT_FOUND. */
export function findOwn(world: World, actor: Actor, id: string): StoredConversation {
  const found = world.state.conversations[id];
  if (!found || !isThereFor(found, actor.userId))
    throw new Refusal('NOT_FOUND', 'No such conversation');
  return found;
}

export const hasLeft = ({ leftBy }: StoredConversation, userId: string): boolean =>
  leftBy.some((one) => one.userId === userId);

/** Opens the conversation of a buyer about a listing, or finds it. Throws NOT_FOUND, FORBIDDEN, LISTING_UNAVAILABLE. */
export function openConversation(
  world: World,
  actor: Actor,
  { listingId }: request.OpenConversation,
): { conversation: view.Conversation; duplicate: boolean } {
  const { userId } = actor;
  const id = `conversation-${listingId}-${userId}`;
  const known = world.state.conversations[id];
  if (known && hasLeft(known, userId)) {
    known.leftBy = known.leftBy.filter((one) => one.userId !== userId);
    world.touch(known);
    announce(world, known);
  }
  const conversation = known ?? begin(world, userId, id, listingId);
  return {
    conversation: presentConversation(world, conversation, userId),
    duplicate: known !== undefined,
  };
}

function begin(world: World, buyerId: string, id: string, listingId: string): StoredConversation {
  const listing = listingOf(world, listingId);
  mustSee(listing, buyerId, world.apartFrom(buyerId));
  const opened = Conversation.between(id, buyerId, listing, world.now());
  if (listing.state !== 'onSale' && listing.state !== 'reserved')
    throw new Refusal('LISTING_UNAVAILABLE');
  const own = { deliveredSeq: 0, readSeq: 0, muted: false, pinned: false, archived: false };
  const members = { [buyerId]: { ...own }, [listing.sellerId]: { ...own } };
  const conversation = { ...opened.snapshot(), entries: [], members, changed: 0 };
  world.state.conversations[id] = conversation;
  world.touch(conversation);
  return conversation;
}

/** The other side's counted entries above one's `readSeq`, up to the cap. */
export function unreadOf({ entries, members }: StoredConversation, userId: string): number {
  const unread = entries
    .slice(members[userId]!.readSeq)
    .filter(({ message: { senderId } }) => senderId !== null && senderId !== userId)
    .filter(({ message: { state, kind } }) => state !== 'unsent' && countedKinds.includes(kind));
  return Math.min(unread.length, limits.unreadCap);
}

/** The conversation as one of its people sees it. */
export function presentConversation(
  world: World,
  conversation: StoredConversation,
  userId: string,
): view.Conversation {
  const { id, listingId, entries, members } = conversation;
  const { muted, pinned, archived } = members[userId]!;
  const positions = Object.entries(members).map(
    ([person, { deliveredSeq, readSeq }]) => [person, { deliveredSeq, readSeq }] as const,
  );
  const listing = listingOf(world, listingId) ?? undefined;
  const closed = world.isClosed(id);
  return {
    id,
    listing: presentCard(listingId, listing),
    buyer: presentUser(world, conversation.buyerId),
    seller: presentUser(world, conversation.sellerId),
    lastMessage: entries.map(({ message }) => message).findLast(isShown) ?? null,
    lastSeq: entries.length,
    unread: unreadOf(conversation, userId),
    cursors: Object.fromEntries(positions),
    muted,
    pinned,
    archived,
    closed,
    ...(hasLeft(conversation, userId) ? { left: true } : {}),
    abilities: conversationAbilities(listing, userId, closed),
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

export const listConversations = (
  world: World,
  { userId }: Actor,
  { box }: { box: 'active' | 'archived' },
): view.Conversation[] =>
  ownConversations(world, userId)
    .filter(({ members }) => members[userId]!.archived === (box === 'archived'))
    .map((one) => presentConversation(world, one, userId));

/** Throws NOT_FOUND. */
export const getConversation = (world: World, actor: Actor, id: string): view.Conversation =>
  presentConversation(world, findOwn(world, actor, id), actor.userId);

/** Mute, pin, archive. Throws NOT_FOUND. */
export function changeMembership(
  world: World,
  actor: Actor,
  id: string,
  change: Partial<Record<OwnSetting, boolean>>,
): view.Conversation {
  const conversation = findOwn(world, actor, id);
  Object.assign(conversation.members[actor.userId]!, change);
  world.touch(conversation);
  announce(world, conversation, [actor.userId], actor.socketId);
  return presentConversation(world, conversation, actor.userId);
}

/** Forward only, never beyond the log; read implies delivered. Throws NOT_FOUND. */
export function moveReceipts(
  world: World,
  actor: Actor,
  id: string,
  { deliveredSeq = 0, readSeq = 0 }: request.MoveReceipts,
): view.Receipts {
  const conversation = findOwn(world, actor, id);
  const { userId, socketId } = actor;
  const own = conversation.members[userId]!;
  const last = conversation.entries.length;
  const read = Math.max(own.readSeq, Math.min(readSeq, last));
  const delivered = Math.max(own.deliveredSeq, read, Math.min(deliveredSeq, last));
  const positions = { deliveredSeq: delivered, readSeq: read };
  if (read > own.readSeq || delivered > own.deliveredSeq) {
    Object.assign(own, positions);
    world.touch(conversation);
    const moved = { conversationId: id, userId, ...positions };
    for (const person of Object.keys(conversation.members))
      world.tell(person, 'receipt:updated', moved, person === userId ? socketId : undefined);
  }
  return { ...positions, unread: unreadOf(conversation, userId) };
}

/** Shows the other side that somebody is typing. Throws NOT_FOUND. */
export function setTyping(world: World, actor: Actor, input: request.TypingSet) {
  const { conversationId, typing } = input;
  const conversation = world.ruled(findOwn(world, actor, conversationId));
  const said = { conversationId, userId: actor.userId, typing };
  if (!conversation.closed) world.tell(conversation.otherThan(actor.userId), 'typing', said);
  return {};
}

/** Sends the conversation as it is now to these people's devices. */
export function announce(
  world: World,
  conversation: StoredConversation,
  people: readonly string[] = Object.keys(conversation.members),
  exceptSocketId?: string,
): void {
  for (const person of people) {
    if (hasLeft(conversation, person) || !isThereFor(conversation, person)) continue;
    const view = presentConversation(world, conversation, person);
    world.tell(person, 'conversation:updated', view, exceptSocketId);
  }
}
