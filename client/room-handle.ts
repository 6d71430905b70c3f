import type { Api } from './api.js';
import type { Offer } from './contract-types.js';
import type { Conversations } from './conversations.js';
import type { Offers } from './offers.js';
import type { Outbox } from './outbox.js';
import type { Readable } from './readable.js';
import type { Receipts } from './receipts.js';
import type { RoomSnapshot } from './room.js';
import type { Sync } from './sync.js';
import type { Typing } from './typing.js';

/** One conversation: what it looks like, and what one can do in it. */
export interface RoomHandle extends Readable<RoomSnapshot> {
  /** Fetches what is not here yet. Throws `NOT_FOUND` when there is no such conversation for this person. */
  load(): Promise<void>;
  /** Shows at once, sends when it can. Answers with the `clientMessageId`. */
  send(text: string): string;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  /** The person has seen everything up to `seq`. */
  markRead(seq: number): void;
  /** Call with `true` on every key press, with `false` when the box is empty. */
  setTyping(typing: boolean): void;
  /** Pages earlier entries in; answers when they are in the snapshot. */
  loadOlder(): Promise<void>;
  makeOffer(amount: number, note?: string): Promise<Offer>;
  /** The three answers to an offer are about the card that was shown: a changed one is refused (`OFFER_CHANGED`). */
  acceptOffer(shown: Offer): Promise<Offer>;
  declineOffer(shown: Offer): Promise<Offer>;
  withdrawOffer(shown: Offer): Promise<Offer>;
}

interface Parts {
  api: Api;
  conversations: Conversations;
  offers: Offers;
  outbox: Outbox;
  receipts: Receipts;
  sync: Sync;
  typing: Typing;
}

/** Entries of one page of history. */
const historyPage = 40;

export function createRoomHandle(id: string, parts: Parts): RoomHandle {
  const { api, conversations, offers, outbox, receipts, sync, typing } = parts;
  const room = conversations.room(id);
  return {
    snapshot: () => room.snapshot(),
    subscribe: (listener) => room.subscribe(listener),
    load: async () => {
      if (!room.snapshot().conversation) conversations.learn(await api.getConversation(id));
      const { lastSeq = 0 } = room.snapshot().conversation ?? {};
      if (room.log.last < lastSeq) await sync.pull(id);
    },
    send: (text) => {
      typing.set(id, false);
      return outbox.send(id, text);
    },
    retry: (clientMessageId) => outbox.retry(id, clientMessageId),
    discard: (clientMessageId) => outbox.discard(id, clientMessageId),
    markRead: (seq) => receipts.read(room, seq),
    setTyping: (on) => typing.set(id, on),
    loadOlder: async () => {
      if (!room.log.hasOlder) return;
      const page = await api.readHistory(id, { beforeSeq: room.log.first, limit: historyPage });
      room.log.addOlder(page.items);
      room.showLog(page.items);
    },
    makeOffer: (amount, note) => offers.make(id, amount, note),
    acceptOffer: (shown) => offers.accept(shown),
    declineOffer: (shown) => offers.decline(shown),
    withdrawOffer: (shown) => offers.withdraw(shown),
  };
}
