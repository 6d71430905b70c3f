import type { Conversation, Message, SyncAnswer } from './contract-types.js';
import { mergeConversation, withEntry, withPosition, withUnread } from './merge-conversation.js';
import { Value, type Readable } from './readable.js';
import { Room } from './room.js';

export type MessageListener = (message: Message) => void;

/** All conversations of the person signed in, and the one place where news about them is taken up. */
export class Conversations {
  private readonly rooms = new Map<string, Room>();
  private readonly inbox = new Value<readonly Conversation[]>([]);
  private readonly arrivals = new Set<MessageListener>();

  /** `advanced` is called when the gapless part of a log has grown. */
  constructor(
    private readonly me: () => string | undefined,
    private readonly advanced: (room: Room) => void,
  ) {}

  /** Pinned first, then newest activity first. */
  get list(): Readable<readonly Conversation[]> {
    return this.inbox;
  }

  get all(): readonly Room[] {
    return [...this.rooms.values()];
  }

  room(id: string): Room {
    let room = this.rooms.get(id);
    if (!room) {
      room = new Room(id);
      this.rooms.set(id, room);
    }
    return room;
  }

  /** Entries of others that come in while connected (not what a sync brings). */
  onArrival(listener: MessageListener): () => void {
    this.arrivals.add(listener);
    return () => {
      this.arrivals.delete(listener);
    };
  }

  learn(conversation: Conversation): void {
    this.merge(conversation);
    this.sort();
  }

  /** A live entry. False: something before it is missing, pull. */
  receive(message: Message, clientMessageId?: string): boolean {
    const room = this.room(message.conversationId);
    if (clientMessageId) this.confirm(room, message, clientMessageId);
    const added = room.log.add(message);
    if (added) this.take(room, added);
    room.showLog(added ?? []);
    if (added) this.sort();
    if (message.senderId !== this.me()) {
      if (message.senderId) room.change({ typing: false });
      if (added?.length !== 0) for (const listener of [...this.arrivals]) listener(message);
    }
    return added !== null && room.snapshot().conversation !== undefined;
  }

  takeSync(answer: SyncAnswer): void {
    for (const conversation of answer.conversations) this.merge(conversation);
    const touched = new Map<Room, Message[]>();
    const take = (room: Room, added: readonly Message[] | null) => {
      touched.set(room, [...(touched.get(room) ?? []), ...(added ?? [])]);
    };
    for (const hole of answer.holes) {
      const room = this.room(hole.conversationId);
      take(room, room.log.skipTo(hole.toSeq));
    }
    for (const message of answer.messages) {
      const room = this.room(message.conversationId);
      take(room, room.log.add(message));
    }
    for (const [room, added] of touched) {
      this.take(room, added);
      room.showLog(added);
    }
    this.sort();
  }

  move(id: string, userId: string, position: { deliveredSeq?: number; readSeq?: number }): void {
    this.edit(id, (conversation) => withPosition(conversation, userId, position));
  }

  setUnread(id: string, unread: number): void {
    this.edit(id, (conversation) =>
      conversation.unread === unread ? conversation : { ...conversation, unread },
    );
  }

  /** The database was restored: nothing known holds any more, but the screens stay. */
  restart(): void {
    for (const room of this.rooms.values()) room.restart();
    this.sort();
  }

  /** Another person signs in. */
  clear(): void {
    this.rooms.clear();
    this.inbox.set([]);
  }

  private merge(incoming: Conversation): void {
    const room = this.room(incoming.id);
    const { conversation } = room.snapshot();
    const merged = mergeConversation(conversation, incoming, this.me() ?? '');
    room.change({ conversation: withUnread(merged, room.log, this.me() ?? '') });
  }

  private take(room: Room, added: readonly Message[]): void {
    let { conversation } = room.snapshot();
    if (conversation) {
      for (const message of added) {
        conversation = withEntry(conversation, message, this.me() ?? '');
      }
      room.change({ conversation: withUnread(conversation, room.log, this.me() ?? '') });
    }
    if (added.length > 0) this.advanced(room);
  }

  private confirm(room: Room, message: Message, clientMessageId: string): void {
    room.log.name(message.seq, clientMessageId);
    room.changePending(clientMessageId, { seq: message.seq, state: 'sending' });
  }

  private edit(id: string, change: (conversation: Conversation) => Conversation): void {
    const room = this.rooms.get(id);
    const conversation = room?.snapshot().conversation;
    if (!room || !conversation) return;
    const changed = withUnread(change(conversation), room.log, this.me() ?? '');
    if (changed === conversation) return;
    room.change({ conversation: changed });
    this.sort();
  }

  private sort(): void {
    const conversations = this.all.flatMap((room) => room.snapshot().conversation ?? []);
    const sorted = conversations.sort(
      (a, b) => Number(b.pinned) - Number(a.pinned) || lastAt(b).localeCompare(lastAt(a)),
    );
    const known = this.inbox.snapshot();
    const same =
      known.length === sorted.length && known.every((item, index) => item === sorted[index]);
    if (!same) this.inbox.set(sorted);
  }
}

const lastAt = (conversation: Conversation) => conversation.lastMessage?.createdAt ?? '';
