import type { Conversation, Message, Replies } from './contract-types.js';
import { asLogged, mergeConversation, withEntry, withPosition } from './merge-conversation.js';
import { Value, type Readable } from './readable.js';
import { Room } from './room.js';
import { remembered, type Known } from './remembered.js';

type ConversationPage = Replies['listConversations'];

export interface ConversationEvents {
  /** The gapless part of a log has grown. */
  advanced(room: Room): void;
  /** An own message is in the log, under the id it was sent with. */
  confirmed(clientMessageId: string, message: Message): void;
  /** An entry of somebody else came in while connected (not what a sync brings). */
  arrived(message: Message): void;
  /** The pending messages have changed. */
  pendingChanged(): void;
}

/** All conversations of the person who is signed in, and the one place that takes news about them. */
export class Conversations {
  readonly #rooms = new Map<string, Room>();
  readonly #active = new Value<readonly Conversation[]>([]);
  readonly #away = new Value<readonly Conversation[]>([]);
  readonly #waiting = new Value(0);
  /** Where the next page of a box begins; null: all of it is here. */
  #cursors = new Map<string, string | null>();
  /** Conversations with news since the last pull was sent. */
  readonly #told = new Set<string>();

  readonly #me: () => string | undefined;
  readonly #events: ConversationEvents;

  constructor(me: () => string | undefined, events: ConversationEvents) {
    this.#me = me;
    this.#events = events;
  }

  /** Pinned first, then newest activity first; without the archived ones. */
  get list(): Readable<readonly Conversation[]> {
    return this.#active;
  }

  get archived(): Readable<readonly Conversation[]> {
    return this.#away;
  }

  /** Unread entries of all active conversations together. */
  get unread(): Readable<number> {
    return this.#waiting;
  }

  get all(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  room(id: string): Room {
    let room = this.#rooms.get(id);
    if (!room) {
      room = new Room(id, this.#me, () => this.#events.pendingChanged());
      this.#rooms.set(id, room);
    }
    return room;
  }

  /** Takes the answer of a call, unless who asked has gone meanwhile. */
  async learn(call: Promise<Conversation>): Promise<Conversation> {
    const cursors = this.#cursors;
    const conversation = await call;
    if (cursors === this.#cursors) {
      this.#merge(conversation);
      this.#sort();
    }
    return conversation;
  }

  /** Pages a box in until something new has come; resolves with whether there may be more. */
  async page(box: string, load: (cursor?: string) => Promise<ConversationPage>): Promise<boolean> {
    const cursors = this.#cursors;
    for (let cursor = cursors.get(box); cursor !== null; cursor = cursors.get(box)) {
      const { items, nextCursor } = await load(cursor);
      // Somebody else may be signed in now, or the database may have been restored.
      if (cursors !== this.#cursors) break;
      cursors.set(box, nextCursor);
      // Of what is known a page says nothing newer.
      const unknown = items.filter(({ id }) => !this.room(id).snapshot().conversation);
      unknown.forEach((conversation) => this.#merge(conversation));
      this.#sort();
      if (unknown.length > 0) return nextCursor !== null;
    }
    return false;
  }

  /** Takes a change from the gateway. Changes come in their order, so an answer under way may be older. */
  told(conversation: Conversation): void {
    this.#told.add(conversation.id);
    this.#merge(conversation);
    this.#sort();
  }

  /** Call before a pull: news from now on is newer than its answer. */
  expectSync(): void {
    this.#told.clear();
  }

  /** Removes a conversation that the person has left. */
  drop(id: string): void {
    this.#rooms.get(id)?.restart();
    this.#sort();
  }

  /** Takes a live entry. False: its conversation, or something before it, is missing, so pull. */
  receive(message: Message, clientMessageId?: string): boolean {
    const room = this.room(message.conversationId);
    const isNew = !room.log.knows(message.seq);
    if (clientMessageId) {
      room.log.name(message.seq, clientMessageId);
      room.changePending(clientMessageId, { seq: message.seq, state: 'sending', error: undefined });
    }
    const added = room.log.add(message);
    this.#show(room, added ?? []);
    if (clientMessageId) this.#events.confirmed(clientMessageId, message);
    if (isNew && message.senderId !== this.#me()) {
      if (message.senderId) room.change({ typing: false });
      this.#events.arrived(message);
    }
    return added !== null && room.snapshot().conversation !== undefined;
  }

  /** Draws what a message in doubt held back, now that its answer has come. */
  settle(room: Room): void {
    this.#show(room, room.log.settle());
  }

  /** What an app may keep until its next run. */
  remember(): Known {
    return remembered([...this.#active.snapshot(), ...this.#away.snapshot()], (id) =>
      this.room(id),
    );
  }

  /** Returns the rooms in which something is still missing. */
  takeSync(answer: Known): readonly Room[] {
    const touched = new Map<Room, Message[]>();
    const lacking = new Set<Room>();
    for (const conversation of answer.conversations)
      if (!this.#told.has(conversation.id)) this.#merge(conversation);
    const take = (room: Room, added: readonly Message[] | null) => {
      if (added) lacking.delete(room);
      else lacking.add(room);
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
    for (const [room, added] of touched) this.#take(room, added);
    this.#sort();
    return [...lacking];
  }

  /** Takes a page of history, descending. */
  takeHistory(room: Room, page: readonly Message[]): void {
    room.log.addOlder(page);
    room.showLog(page);
    this.#edit(room.id, (conversation) => conversation);
  }

  move(id: string, userId: string, position: { deliveredSeq?: number; readSeq?: number }): void {
    this.#edit(id, (conversation) => withPosition(conversation, userId, position));
  }

  setUnread(id: string, unread: number): void {
    this.#edit(id, (conversation) =>
      conversation.unread === unread ? conversation : { ...conversation, unread },
    );
  }

  /** Forgets everything known, since the database was restored, but keeps the rooms on the screens. */
  restart(): void {
    this.#cursors = new Map();
    for (const room of this.#rooms.values()) room.restart();
    this.#sort();
  }

  /** Empties the screens that are still open, since another person signs in. */
  clear(): void {
    this.#cursors = new Map();
    for (const room of this.#rooms.values()) {
      room.restart();
      room.change({ pending: [], typing: false });
    }
    this.#rooms.clear();
    this.#sort();
  }

  #merge(incoming: Conversation): void {
    const room = this.room(incoming.id);
    const { conversation } = room.snapshot();
    const merged = mergeConversation(conversation, incoming, this.#me() ?? '');
    room.change({ conversation: asLogged(merged, room.log, this.#me() ?? '') });
  }

  #show(room: Room, added: readonly Message[]): void {
    this.#take(room, added);
    this.#sort();
  }

  #take(room: Room, added: readonly Message[]): void {
    room.showLog(added);
    let { conversation } = room.snapshot();
    if (conversation) {
      for (const message of added) {
        conversation = withEntry(conversation, message, this.#me() ?? '');
      }
      room.change({ conversation: asLogged(conversation, room.log, this.#me() ?? '') });
    }
    if (added.length > 0) this.#events.advanced(room);
  }

  #edit(id: string, change: (conversation: Conversation) => Conversation): void {
    const room = this.#rooms.get(id);
    const conversation = room?.snapshot().conversation;
    if (!room || !conversation) return;
    const changed = asLogged(change(conversation), room.log, this.#me() ?? '');
    if (changed === conversation) return;
    room.change({ conversation: changed });
    this.#sort();
  }

  #sort(): void {
    const sorted = this.all
      .flatMap((room) => room.snapshot().conversation ?? [])
      .filter(({ left }) => !left)
      .sort((a, b) => Number(b.pinned) - Number(a.pinned) || lastAt(b).localeCompare(lastAt(a)));
    update(
      this.#active,
      sorted.filter(({ archived }) => !archived),
    );
    update(
      this.#away,
      sorted.filter(({ archived }) => archived),
    );
    this.#waiting.set(this.#active.snapshot().reduce((sum, { unread }) => sum + unread, 0));
  }
}

/** Keeps the array while all its items are the same. */
function update<T>(list: Value<readonly T[]>, next: readonly T[]): void {
  const known = list.snapshot();
  if (known.length !== next.length || known.some((item, index) => item !== next[index])) {
    list.set(next);
  }
}

/** When something was said last; '' where that is not known. */
export const lastAt = (conversation: Conversation | undefined): string =>
  conversation?.lastMessage?.createdAt ?? '';
