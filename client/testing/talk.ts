import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { presentConversation } from '../../src/domain/conversation-view.js';
import { Conversation } from '../../src/domain/conversation.js';
import { isShown, isUnread, type Entry, type EntryDraft } from '../../src/domain/entry.js';
import { luresIn } from '../../src/domain/lures.js';
import { presentMessage } from '../../src/domain/message-view.js';
import { cautionNotice } from '../../src/domain/notices.js';
import type { Conversation as ConversationView } from '../contract-types.js';
import type { Caller, StoredConversation, World } from './world.js';

/** A conversation with its log, and what each of its people has of it. */
export class Talk extends Conversation {
  constructor(
    private readonly world: World,
    readonly stored: StoredConversation,
  ) {
    super(stored, world.apartFrom(stored.buyerId).has(stored.sellerId));
  }

  get entries(): Entry[] {
    return this.stored.entries;
  }

  member(userId: string) {
    return this.stored.members[userId]!;
  }

  /** Before its first entry a conversation exists only for the person who opened it. */
  isThereFor(userId: string): boolean {
    const { buyerId, sellerId, entries, shown } = this.stored;
    return userId === buyerId || (userId === sellerId && (entries.length > 0 || shown === true));
  }

  hasLeft(userId: string): boolean {
    return this.leftAt(userId) !== undefined;
  }

  /** Who left it is back, and both are shown the conversation; otherwise changes nothing. */
  rejoin(userId: string): void {
    if (!this.hasLeft(userId)) return;
    const { leftBy } = this.stored;
    leftBy.splice(0, leftBy.length, ...leftBy.filter((one) => one.userId !== userId));
    this.touch();
    this.announce();
  }

  findSent(senderId: string | null, sentAs: string): Entry | undefined {
    return this.entries.find((one) => one.senderId === senderId && one.clientMessageId === sentAs);
  }

  /**
   * The only way to write anything durable: adds an entry with the next `seq`, or finds the one under this id. A repeat
   * is told again, as by the real gateway. Throws IDEMPOTENCY_CONFLICT.
   */
  append(
    said: Omit<EntryDraft, 'conversationId'>,
    origin: { socketId?: string | undefined; clientMessageId?: string } = {},
  ) {
    const { world, entries } = this;
    const draft = { ...said, conversationId: this.id };
    const { senderId, clientMessageId } = draft;
    const contentHash = JSON.stringify(draft);
    const known = this.findSent(senderId, clientMessageId);
    if (known && known.contentHash !== contentHash) throw new Refusal('IDEMPOTENCY_CONFLICT');
    const seq = entries.length + 1;
    const made = { state: 'active', contentHash, createdAt: world.now() } as const;
    const entry = known ?? { ...draft, ...made, id: world.nextId('message'), seq };
    if (!known) {
      entries.push(entry);
      for (const person of this.people) this.member(person).archived = false;
      this.touch();
    }
    const sentAs = origin.clientMessageId ?? clientMessageId;
    for (const person of this.people) {
      const message = presentMessage(entry, person);
      if (person === senderId)
        world.tell(person, 'message:new', { message, clientMessageId: sentAs }, origin.socketId);
      else world.tell(person, 'message:new', { message });
    }
    world.appended(this.stored);
    return { message: presentMessage(entry, senderId), duplicate: known !== undefined };
  }

  /** Adds what a person says, and warns the other side of the lures in it. */
  says(said: Omit<EntryDraft, 'conversationId'>, origin: { socketId?: string | undefined }) {
    const sent = this.append(said, origin);
    const toId = this.otherThan(said.senderId!);
    for (const caution of luresIn(said.text ?? ''))
      this.append(
        cautionNotice(
          { createdAt: new Date(sent.message.createdAt), conversationId: this.id },
          toId,
          caution,
        ),
      );
    return sent;
  }

  /** The next sync shows it. */
  touch(): void {
    this.world.state.changes += 1;
    this.stored.changed = this.world.state.changes;
  }

  /** Sends the conversation as it is now to the devices of its people. */
  announce(): void {
    for (const person of this.people)
      if (this.isThereFor(person))
        this.world.tell(person, 'conversation:updated', this.viewFor(person));
  }

  /** The other side's counted entries above one's `readSeq`, up to the cap. */
  unreadOf(userId: string): number {
    const { readSeq } = this.member(userId);
    const unread = this.entries.filter((entry) => isUnread(entry, this.otherThan(userId), readSeq));
    return Math.min(unread.length, limits.unreadCap);
  }

  viewFor(userId: string): ConversationView {
    const { world, buyerId, sellerId, listingId, entries } = this;
    const { muted, pinned, archived } = this.member(userId);
    const cursors = this.people.map((person) => {
      const member = this.member(person);
      const hidden = this.closed && person !== userId ? member.frozen : undefined;
      const { deliveredSeq, readSeq } = hidden ?? member;
      return [person, { deliveredSeq, readSeq }];
    });
    return presentConversation(this, userId, {
      muted,
      pinned,
      archived,
      listing: world.get('listings', listingId) ?? undefined,
      last: entries.findLast(isShown),
      buyer: world.user(buyerId),
      seller: world.user(sellerId),
      lastSeq: entries.length,
      unread: this.unreadOf(userId),
      cursors: Object.fromEntries(cursors) as ConversationView['cursors'],
      left: this.hasLeft(userId),
    });
  }
}

export const talkOf = (world: World, id: string): Talk =>
  new Talk(world, world.state.conversations[id]!);

export const allTalks = (world: World): Talk[] =>
  Object.values(world.state.conversations).map((stored) => new Talk(world, stored));

/** Tells what these conversations show, now and in the next sync; there is no entry for it. */
export function announceAll(world: World, isMeant: (talk: Talk) => boolean): void {
  for (const talk of allTalks(world).filter(isMeant)) {
    talk.touch();
    talk.announce();
  }
}

/** A conversation exists only for its two people. Throws NOT_FOUND. */
export function ownTalk({ world, userId }: Caller, id: string): Talk {
  const talk = world.state.conversations[id] && talkOf(world, id);
  if (!talk?.isThereFor(userId)) throw new Refusal('NOT_FOUND', 'No such conversation');
  return talk;
}

/** Those that the person did not leave, newest activity first. */
export function ownTalks({ world, userId }: Caller): Talk[] {
  const lastAt = ({ entries, stored }: Talk) =>
    (entries.at(-1)?.createdAt ?? stored.createdAt).getTime();
  return allTalks(world)
    .filter((talk) => talk.isThereFor(userId) && !talk.hasLeft(userId))
    .sort((a, b) => lastAt(b) - lastAt(a) || b.stored.changed - a.stored.changed);
}

/** Over REST the conversation is named by the path. */
export const inConversation =
  <Input extends { conversationId: string }>(handle: (me: Caller, input: Input) => unknown) =>
  (me: Caller, { id, ...input }: Omit<Input, 'conversationId'> & { id: string }) =>
    handle(me, { ...input, conversationId: id } as unknown as Input);
