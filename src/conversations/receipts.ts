import { Refusal, limits, type view } from '../contract/index.js';
import type { FanOut } from '../platform/fan-out.js';
import type { ConversationStore } from './conversation.store.js';
import { mustTakePart } from './conversation.policy.js';
import type { Actor } from '../platform/actor.js';
import type { CursorMove, InboxRow, InboxStore } from './inbox.store.js';
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
  private gathered = new Map<string, CursorMove>();
  private flushing: Promise<void> | undefined;

  constructor(private readonly deps: Deps) {}

  /** Throws NOT_FOUND, and VALIDATION_FAILED for a position that names no entry at all. */
  async move(
    actor: Actor,
    conversationId: string,
    to: { deliveredSeq?: number | undefined; readSeq?: number | undefined },
  ): Promise<view.Receipts> {
    const conversation = await this.deps.conversations.get(conversationId);
    mustTakePart(conversation, actor.userId);
    const before = await this.deps.inbox.get(actor.userId, conversationId);
    if (!before) throw new Refusal('NOT_FOUND', 'No such conversation');
    const wanted = Math.max(to.deliveredSeq ?? 0, to.readSeq ?? 0);
    // The row may lag behind the log; only a position beyond it is worth a look at the log itself.
    const last =
      wanted > before.lastSeq ? await this.deps.messages.lastSeq(conversationId) : before.lastSeq;
    const readSeq = Math.max(before.readSeq, Math.min(to.readSeq ?? 0, last));
    const deliveredSeq = Math.max(
      before.deliveredSeq,
      readSeq,
      Math.min(to.deliveredSeq ?? 0, last),
    );
    if (readSeq > before.readSeq || deliveredSeq > before.deliveredSeq) {
      await this.gather({ userId: actor.userId, conversationId, deliveredSeq, readSeq });
      const moved = { conversationId, userId: actor.userId, deliveredSeq, readSeq };
      for (const person of conversation.people)
        this.deps.fanOut.toUser(person, 'receipt:updated', moved, {
          exceptSocket: person === actor.userId ? actor.socketId : undefined,
        });
    }
    return { deliveredSeq, readSeq, unread: await this.unread(before, readSeq) };
  }

  /** Everything that waits is written; for the way out. */
  async drained(): Promise<void> {
    await this.flushing;
  }

  private gather(move: CursorMove): Promise<void> {
    const key = `${move.userId}:${move.conversationId}`;
    const known = this.gathered.get(key);
    this.gathered.set(key, {
      ...move,
      deliveredSeq: Math.max(move.deliveredSeq, known?.deliveredSeq ?? 0),
      readSeq: Math.max(move.readSeq, known?.readSeq ?? 0),
    });
    this.flushing ??= new Promise<void>((resolve) => setTimeout(resolve, windowMs)).then(() => {
      const moves = [...this.gathered.values()];
      this.gathered = new Map();
      this.flushing = undefined;
      return this.deps.inbox.moveCursors(moves);
    });
    return this.flushing;
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
