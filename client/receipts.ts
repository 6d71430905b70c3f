import type { Connection } from './connection.js';
import type { Conversations } from './conversations.js';
import { HaggleError } from './haggle-error.js';
import type { Room } from './room.js';

/** Positions that move within this time (ms) are sent together. */
const coalesceMs = 100;
/** A position that the server could not take is sent again after this time (ms), unless it names another. */
const againMs = 1_000;

interface Positions {
  delivered: number;
  read: number;
}

/**
 * Tells how far this device has got. Delivered means that everything up to there has arrived without a gap, so it
 * follows the log by itself; the app says what is read. Positions that could not be sent go out after the next connect.
 */
export class Receipts {
  #wanted = new Map<string, Positions>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #connection: Connection;
  readonly #conversations: Conversations;
  readonly #me: () => string | undefined;

  constructor(connection: Connection, conversations: Conversations, me: () => string | undefined) {
    this.#connection = connection;
    this.#conversations = conversations;
    this.#me = me;
  }

  /** Called when the log has grown. */
  delivered(room: Room): void {
    const told = this.#told(room).deliveredSeq;
    const news = room.log.raw.some(({ seq, senderId }) => seq > told && senderId !== this.#me());
    if (news) this.repeat(room);
  }

  /** Called when the server asks again, because it missed the receipt. */
  repeat(room: Room): void {
    if (room.log.last > 0) this.#want(room.id, { delivered: room.log.last });
  }

  /** Called when the person has seen everything up to `seq`. */
  read(room: Room, seq: number): void {
    const me = this.#me();
    const told = this.#told(room).readSeq;
    // Edits and unsends after the last drawn entry are not drawn, so they count as seen with it.
    const isEnd = seq >= (room.log.entries.at(-1)?.message.seq ?? 0);
    const upTo = isEnd ? room.log.last : seq;
    const news = room.log.raw.some(
      (entry) => entry.seq > told && entry.seq <= upTo && entry.senderId !== me,
    );
    if (!me || !news) return;
    this.#conversations.move(room.id, me, { readSeq: upTo });
    if (upTo >= room.log.last) this.#conversations.setUnread(room.id, 0);
    this.#want(room.id, { read: upTo });
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#connection.isReady) return;
    for (const [id, positions] of this.#wanted) void this.#tell(id, positions);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // A new map, so that requests under way cannot put anything back into it.
    this.#wanted = new Map();
  }

  #told(room: Room) {
    const none = { deliveredSeq: 0, readSeq: 0 };
    return room.snapshot().conversation?.cursors[this.#me() ?? ''] ?? none;
  }

  #want(id: string, { delivered = 0, read = 0 }: Partial<Positions>, inMs = coalesceMs): void {
    const known = this.#wanted.get(id) ?? { delivered: 0, read: 0 };
    this.#wanted.set(id, {
      delivered: Math.max(known.delivered, delivered),
      read: Math.max(known.read, read),
    });
    this.#timer ??= setTimeout(() => this.flush(), inMs);
  }

  async #tell(id: string, { delivered, read }: Positions): Promise<void> {
    const me = this.#me();
    const wanted = this.#wanted;
    wanted.delete(id);
    try {
      // Read implies delivered.
      if (read > 0) await this.#move('receipt:read', id, read, me);
      if (delivered > read) await this.#move('receipt:delivered', id, delivered, me);
    } catch (thrown) {
      const { retryable, retryAfterMs = againMs } = HaggleError.from(thrown);
      // A refused position is not sent again.
      if (retryable && wanted === this.#wanted) this.#want(id, { delivered, read }, retryAfterMs);
    }
  }

  async #move(
    event: 'receipt:delivered' | 'receipt:read',
    conversationId: string,
    seq: number,
    me: string | undefined,
  ): Promise<void> {
    const answer = await this.#connection.request(event, { conversationId, seq });
    if (me) this.#conversations.move(conversationId, me, answer);
    this.#conversations.setUnread(conversationId, answer.unread);
  }
}
