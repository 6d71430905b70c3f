import type { Acts } from './acts.js';
import type { Api } from './api.js';
import type { Connection } from './connection.js';
import type { Message, Offer } from './contract-types.js';
import type { Conversations } from './conversations.js';
import { fieldsOf, type Draft, type SendOptions } from './drafts.js';
import type { Outbox, Sent } from './outbox.js';
import type { Readable } from './readable.js';
import type { Receipts } from './receipts.js';
import type { RoomSnapshot } from './room.js';
import type { Sync } from './sync.js';
import type { Typing } from './typing.js';

/** One conversation: its snapshot, and what one can do in it. Promises reject with {@link HaggleError}. */
export interface RoomHandle extends Readable<RoomSnapshot> {
  readonly id: string;
  /**
   * Fetches what is missing here; waits for a connect that is under way. Rejects with `NOT_FOUND` when this person has no
   * such conversation, and with `NETWORK` while there is no connection.
   */
  load(): Promise<void>;
  /** Shows the message at once and sends it when possible; never throws, also when offline. */
  send(draft: Draft, options?: SendOptions): Sent;
  /** Sends a refused message again, as the same message. */
  retry(clientMessageId: string): Sent;
  /** Discards a message that was not confirmed. */
  discard(clientMessageId: string): void;
  /** Edits an own message, for a while after sending. The same words again after a lost answer are the same edit. */
  edit(seq: number, text: string): Promise<Message>;
  /** Unsends an own message, for good. */
  unsend(seq: number): Promise<Message>;
  /** Call when the person has seen everything up to `seq`. */
  markRead(seq: number): void;
  /** Call with `true` on every key press, with `false` when the box is empty. */
  setTyping(typing: boolean): void;
  /** Pages so many earlier entries in (40; at most 100); resolves when they are in the snapshot. */
  loadOlder(limit?: number): Promise<void>;
  mute(on?: boolean): Promise<void>;
  pin(on?: boolean): Promise<void>;
  /** Removes it from the list, until something arrives. */
  archive(on?: boolean): Promise<void>;
  /** Removes it from the lists, and closes it for both. */
  leave(): Promise<void>;
  makeOffer(amount: number, note?: string): Promise<Offer>;
  /** The three answers to an offer apply to the card that was shown: a changed one is refused (`OFFER_CHANGED`). */
  acceptOffer(shown: Offer): Promise<Offer>;
  declineOffer(shown: Offer): Promise<Offer>;
  withdrawOffer(shown: Offer): Promise<Offer>;
}

export interface RoomParts {
  api: Api;
  conversations: Conversations;
  acts: Acts;
  connection: Connection;
  outbox: Outbox;
  receipts: Receipts;
  sync: Sync;
  typing: Typing;
}

/** Entries of one page of history. */
const historyPage = 40;

export function createRoomHandle(id: string, parts: RoomParts): RoomHandle {
  const { acts, api, connection, conversations, outbox, receipts, sync, typing } = parts;
  // Looked up each time, since the room belongs to the person who is signed in.
  const room = () => conversations.room(id);
  const changeView = async (change: Parameters<Api['changeMembership']>[1]) => {
    await conversations.learn(api.changeMembership(id, change));
  };
  return {
    id,
    snapshot: () => room().snapshot(),
    subscribe: (listener) => room().subscribe(listener),
    load: async () => {
      if (!room().snapshot().conversation) await conversations.learn(api.getConversation(id));
      // The catch-up that follows a connect brings it.
      await connection.arrived();
      // Of what is not known something is missing.
      const { lastSeq = 1 } = room().snapshot().conversation ?? {};
      if (room().log.received < lastSeq) await sync.pull(id);
    },
    send: (draft, options) => {
      typing.set(id, false);
      return outbox.send(id, fieldsOf(draft, options));
    },
    retry: (clientMessageId) => outbox.retry(clientMessageId),
    discard: (clientMessageId) => outbox.discard(clientMessageId),
    edit: (seq, text) => acts.edit(id, seq, text),
    unsend: (seq) => acts.unsend(id, seq),
    markRead: (seq) => receipts.read(room(), seq),
    setTyping: (on) => typing.set(id, on),
    loadOlder: async (limit = historyPage) => {
      const asked = room();
      const { log } = asked;
      if (!log.hasOlder) return;
      const page = await api.readHistory(id, { beforeSeq: log.first, limit });
      conversations.takeHistory(asked, page.items);
    },
    mute: (on = true) => changeView({ muted: on }),
    pin: (on = true) => changeView({ pinned: on }),
    archive: (on = true) => changeView({ archived: on }),
    leave: async () => {
      await api.leaveConversation(id);
      conversations.drop(id);
    },
    makeOffer: (amount, note) => acts.makeOffer(id, amount, note),
    acceptOffer: (shown) => acts.respond(shown, 'accept'),
    declineOffer: (shown) => acts.respond(shown, 'decline'),
    withdrawOffer: (shown) => acts.respond(shown, 'withdraw'),
  };
}
