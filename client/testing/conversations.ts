import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import type { Conversation } from '../contract-types.js';
import { checkId, mustBe } from './check.js';
import { presentUser } from './people.js';
import type { Actor, Membership, StoredConversation, World } from './world.js';

/** Kinds that count as unread when the other side wrote them. */
const counted: ReadonlySet<string> = new Set(['text', 'image', 'place', 'offer', 'appointment']);

export const newMembership = (): Membership => ({
  deliveredSeq: 0,
  readSeq: 0,
  muted: false,
  pinned: false,
  archived: false,
  left: false,
});

export const peopleOf = ({ buyerId, sellerId }: StoredConversation) => [buyerId, sellerId] as const;

export const otherThan = (conversation: StoredConversation, userId: string) =>
  userId === conversation.buyerId ? conversation.sellerId : conversation.buyerId;

/** For all but its two people a conversation is not there. Throws NOT_FOUND. */
export function findOwn(world: World, actor: Actor, id: unknown): StoredConversation {
  checkId(id, 'conversationId');
  const found = world.state.conversations[id];
  if (!found?.members[actor.userId]) throw new Refusal('NOT_FOUND', 'No such conversation');
  return found;
}

export function isClosed(world: World, conversation: StoredConversation): boolean {
  const [buyer, seller] = peopleOf(conversation);
  const blocked = world.state.blocks.some(
    ({ by, userId }) => (by === buyer && userId === seller) || (by === seller && userId === buyer),
  );
  return blocked || Object.values(conversation.members).some(({ left }) => left);
}

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
  const known = Object.values(world.state.conversations).find(
    (one) => one.listingId === listingId && one.buyerId === actor.userId,
  );
  if (known) {
    const own = known.members[actor.userId]!;
    if (own.left) {
      own.left = false;
      touch(world, known);
    }
    return { conversation: known, created: false };
  }
  const listing = world.state.listings[listingId];
  if (!listing) throw new Refusal('NOT_FOUND', 'No such listing');
  if (listing.sellerId === actor.userId) throw new Refusal('FORBIDDEN', 'This is your own listing');
  if (listing.state !== 'onSale' && listing.state !== 'reserved')
    throw new Refusal('LISTING_UNAVAILABLE');
  const conversation: StoredConversation = {
    id: world.nextId('conversation'),
    listingId,
    buyerId: actor.userId,
    sellerId: listing.sellerId,
    createdAt: world.now().toISOString(),
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
      message.senderId === otherThan(conversation, userId) &&
      message.state !== 'unsent' &&
      counted.has(message.kind),
  ).length;
  return Math.min(unread, limits.unreadCap);
}

/** As one of its people sees it. */
export function presentConversation(
  world: World,
  conversation: StoredConversation,
  userId: string,
): Conversation {
  const { muted, pinned, archived } = conversation.members[userId]!;
  const listing = world.state.listings[conversation.listingId]!;
  const { id, title, price, currency, state, category, offers } = listing;
  return {
    id: conversation.id,
    listing: { id, title, thumb: null, price, currency, state, category, offers },
    buyer: presentUser(world, conversation.buyerId),
    seller: presentUser(world, conversation.sellerId),
    lastMessage: conversation.entries.at(-1)?.message ?? null,
    lastSeq: conversation.entries.length,
    unread: unreadOf(conversation, userId),
    cursors: Object.fromEntries(
      Object.entries(conversation.members).map(([person, { deliveredSeq, readSeq }]) => [
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
    one.entries.at(-1)?.message.createdAt ?? one.createdAt;
  return Object.values(world.state.conversations)
    .filter((one) => one.members[userId] && !one.members[userId].left)
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
    if (conversation.members[person]!.left) continue;
    const view = presentConversation(world, conversation, person);
    world.tell(person, 'conversation:updated', view, exceptSocketId);
  }
}
