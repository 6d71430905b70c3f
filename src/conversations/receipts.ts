import { Refusal, limits, type view } from '../contract/index.js';
import type { FanOut } from '../platform/fan-out.js';
import type { ConversationStore } from './conversation.store.js';
import { mustTakePart } from './conversation.policy.js';
import type { Actor } from '../platform/actor.js';
import type { CursorChange, CursorMove, InboxRow, InboxStore } from './inbox.store.js';
import type { MessageStore } from './message.store.js';

/** Receipts of this long go into one write: a page of history scrolled by is one move, not fifty. */
const windowMs = 100;

interface Deps {
  conversations: ConversationStore;
  inbox: InboxStore;
  messages: MessageStore;
  fanOut: FanOut;
}

/**
 * Moves delivered and read positions: forward only, never beyond the log, read implies delivered. Acknowledged after
 * the write. Moves of 100 ms are gathered into one bulk write of `$max`.
 */
export class Receipts {
  private gathered = new Map<string, CursorChange>();
  private flushing: Promise<void> | undefined;
  private writing: Promise<void> | undefined;

  constructor(private readonly deps: Deps) {}

  /** A position beyond the log is taken for its end. Throws NOT_FOUND. */
  async move(
    actor: Actor,
    conversationId: string,
    to: { deliveredSeq?: number | undefined; readSeq?: number | undefined },
  ): Promise<view.Receipts> {
    const conversation = await this.deps.conversations.get(conversationId);
    mustTakePart(conversation, actor.userId);
    const before = await this.deps.inbox.get(actor.userId, conversationId);
    if (!before) throw new Refusal('NOT_FOUND', 'No such conversation');
    const wanted = Math.max(to.deliveredSeq ?? 0, to.readSeq ?? 0, before.readSeq);
    // The row may lag behind the log; only a position that has come to its end is worth a look at the log itself.
    const last =
      wanted >= before.lastSeq ? await this.deps.messages.lastSeq(conversationId) : before.lastSeq;
    const readSeq = Math.max(before.readSeq, Math.min(to.readSeq ?? 0, last));
    const deliveredSeq = Math.max(
      before.deliveredSeq,
      readSeq,
      Math.min(to.deliveredSeq ?? 0, last),
    );
    let now: CursorMove = { userId: actor.userId, conversationId, deliveredSeq, readSeq };
    if (readSeq > before.readSeq || deliveredSeq > before.deliveredSeq) {
      // Across a block (or what it must look like) nobody learns what was read.
      const hidden = conversation.closed;
      const otherId = conversation.otherThan(actor.userId);
      now = await this.gather({ ...now, otherId, hidden });
      const told = { userId: actor.userId, conversationId, ...positionsOf(now) };
      for (const person of hidden ? [actor.userId] : conversation.people)
        this.deps.fanOut.toUser(person, 'receipt:updated', told, {
          exceptSocket: person === actor.userId ? actor.socketId : undefined,
        });
    }
    return {
      ...positionsOf(now),
      // Mostly everything was read, and then there is nothing to count.
      unread: now.readSeq < last ? await this.unread(before, now.readSeq) : 0,
    };
  }

  /** Everything that waits is written; for the way out. */
  async drained(): Promise<void> {
    await Promise.all([this.flushing, this.writing]);
  }

  /** Resolves after the write with the furthest of what was gathered, so that answers of one moment agree. */
  private async gather(move: CursorChange): Promise<CursorChange> {
    const key = `${move.userId}:${move.conversationId}`;
    const gathered = this.gathered.get(key) ?? move;
    gathered.deliveredSeq = Math.max(gathered.deliveredSeq, move.deliveredSeq);
    gathered.readSeq = Math.max(gathered.readSeq, move.readSeq);
    gathered.hidden ||= move.hidden;
    this.gathered.set(key, gathered);
    this.flushing ??= new Promise<void>((resolve) => setTimeout(resolve, windowMs)).then(() => {
      const moves = [...this.gathered.values()];
      this.gathered = new Map();
      this.flushing = undefined;
      this.writing = this.deps.inbox.moveCursors(moves);
      return this.writing;
    });
    await this.flushing;
    return gathered;
  }

  private async unread(row: InboxRow, readSeq: number): Promise<number> {
    const { conversationId, otherId } = row;
    const counts = await this.deps.messages.countUnread(
      [{ conversationId, fromId: otherId, readSeq }],
      limits.unreadCap,
    );
    return counts.get(conversationId) ?? 0;
  }
}

const positionsOf = ({ deliveredSeq, readSeq }: CursorMove) => ({ deliveredSeq, readSeq });
