import { Refusal, limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { Batcher } from '../platform/batcher.js';
import type { FanOut } from '../platform/fan-out.js';
import type { Hook } from '../platform/hook.js';
import type { Conversation } from '../domain/conversation.js';
import { mustSee } from './conversation.policy.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxRow, InboxStore } from './inbox.store.js';
import type { MessageStore } from './message.store.js';
import type { Spoken } from './spoken.js';

/** Receipts of this long go into one write: a page of history scrolled by is one move, not fifty. */
const windowMs = 100;

/** Somebody read what they had been told of by a notification, up to `readSeq`. */
export interface ToldAndRead {
  conversationId: string;
  recipientId: string;
  readSeq: number;
  /** The sign-in with which it was read. */
  sessionId: string;
}

interface Deps {
  conversations: ConversationStore;
  inbox: InboxStore;
  messages: MessageStore;
  spoken: Spoken;
  fanOut: FanOut;
  toldAndRead: Hook<ToldAndRead>;
}

/** How far one person wants to be in one conversation; all receipts of the window in one. */
interface Move {
  conversation: Conversation;
  userId: string;
  deliveredSeq: number;
  readSeq: number;
  /** Of the first who asked. */
  sessionId: string;
  /** The sockets that get an answer, and so no news. */
  socketIds: ReadonlySet<string>;
}

const furthest = (earlier: Move, later: Move): Move => ({
  ...earlier,
  deliveredSeq: Math.max(earlier.deliveredSeq, later.deliveredSeq),
  readSeq: Math.max(earlier.readSeq, later.readSeq),
  socketIds: new Set([...earlier.socketIds, ...later.socketIds]),
});

/**
 * Moves delivered and read positions: forward only, never beyond the log, read implies delivered. Acknowledged after
 * the write. Receipts of 100 ms are gathered: one read of the rows, one of the log, one bulk write of `$max` for all
 * of them, whoever they came from.
 */
export class Receipts {
  /** Null: the person does not have the conversation. */
  private readonly moves = new Batcher<Move, view.Receipts | null>({
    windowMs,
    keyOf: ({ userId, conversation }) => `${userId}:${conversation.id}`,
    merge: furthest,
    write: (moves) => this.write(moves),
  });

  constructor(private readonly deps: Deps) {}

  /**
   * A position beyond the log is taken for its end. Answers of one window agree: they hold the furthest of what was
   * gathered, or of what another node wrote meanwhile. Throws NOT_FOUND.
   */
  async move(
    actor: Actor,
    conversationId: string,
    to: { deliveredSeq?: number | undefined; readSeq?: number | undefined },
  ): Promise<view.Receipts> {
    const { conversations, spoken } = this.deps;
    const found = await conversations.get(conversationId);
    const conversation = await mustSee(spoken, found, actor.userId);
    const { userId, sessionId, socketId } = actor;
    const answer = await this.moves.do({
      conversation,
      userId,
      sessionId,
      socketIds: new Set(socketId ? [socketId] : []),
      deliveredSeq: to.deliveredSeq ?? 0,
      readSeq: to.readSeq ?? 0,
    });
    if (!answer) throw new Refusal('NOT_FOUND', 'No such conversation');
    return answer;
  }

  /** Everything that waits is written; for the way out. */
  drained(): Promise<void> {
    return this.moves.flush();
  }

  private async write(moves: Move[]): Promise<(view.Receipts | null)[]> {
    const rows = await this.deps.inbox.ofPeople(moves.map(placeOf));
    const known = moves.flatMap((move) => {
      const row = rows.get(move.userId, move.conversation.id);
      return row ? [{ move, row, wanted: beyond(row, move) }] : [];
    });
    const standings = await this.deps.messages.standings(
      known.map(({ row, wanted }) => ({
        conversationId: row.conversationId,
        fromId: row.otherId,
        readSeq: wanted.readSeq,
        lastSeq: Math.max(row.lastSeq, wanted.deliveredSeq),
      })),
      limits.unreadCap,
    );
    const settled = known.map(({ move, row, wanted }, index) => {
      const { endSeq, unread } = standings[index]!;
      const to = {
        deliveredSeq: Math.max(row.deliveredSeq, Math.min(wanted.deliveredSeq, endSeq)),
        readSeq: Math.max(row.readSeq, Math.min(wanted.readSeq, endSeq)),
      };
      const moved = to.deliveredSeq > row.deliveredSeq || to.readSeq > row.readSeq;
      return { move, from: row.readSeq, to, moved, unread };
    });
    await this.store(settled.filter(({ moved }) => moved));
    const answers = new Map(settled.map(({ move, to, unread }) => [move, { ...to, unread }]));
    return moves.map((move) => answers.get(move) ?? null);
  }

  private async store(settled: { move: Move; from: number; to: Positions }[]): Promise<void> {
    if (settled.length === 0) return;
    await this.deps.inbox.moveCursors(
      settled.map(({ move, to }) => ({
        ...placeOf(move),
        ...to,
        otherId: move.conversation.otherThan(move.userId),
        // Across a block (or what it must look like) nobody learns what was read.
        hidden: move.conversation.closed,
      })),
    );
    // What other nodes wrote meanwhile may be further: nobody is told of less than what is stored.
    const stored = await this.deps.inbox.positionsOf(settled.map(({ move }) => placeOf(move)));
    for (const { move, from, to } of settled) {
      const row = stored.get(move.userId, move.conversation.id);
      to.deliveredSeq = Math.max(to.deliveredSeq, row?.deliveredSeq ?? 0);
      to.readSeq = Math.max(to.readSeq, row?.readSeq ?? 0);
      this.tell(move, to);
      const { pushedSeq = 0 } = row ?? {};
      if (from < pushedSeq && pushedSeq <= to.readSeq) this.noteToldAndRead(move, pushedSeq);
    }
  }

  /** Its number, and not how far was read: whoever reads on, or at another node, says the same once more. */
  private noteToldAndRead({ conversation, userId, sessionId }: Move, pushedSeq: number): void {
    void this.deps.toldAndRead.run({
      conversationId: conversation.id,
      recipientId: userId,
      readSeq: pushedSeq,
      sessionId,
    });
  }

  private tell({ conversation, userId, socketIds }: Move, to: Positions): void {
    const told = { userId, conversationId: conversation.id, ...to };
    // Who asked with one socket has the answer there; of several each may have asked for less than this.
    const [only] = socketIds.size === 1 ? socketIds : [];
    for (const person of conversation.closed ? [userId] : conversation.people)
      this.deps.fanOut.toUser(person, 'receipt:updated', told, {
        exceptSocket: person === userId ? only : undefined,
      });
  }
}

type Positions = Pick<InboxRow, 'deliveredSeq' | 'readSeq'>;

const placeOf = ({ userId, conversation }: Move) => ({ userId, conversationId: conversation.id });

/** Never back, and read implies delivered. */
function beyond(row: InboxRow, move: Move): Positions {
  const readSeq = Math.max(row.readSeq, move.readSeq);
  return { readSeq, deliveredSeq: Math.max(row.deliveredSeq, move.deliveredSeq, readSeq) };
}
