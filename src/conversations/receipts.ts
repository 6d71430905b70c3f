import { Refusal, limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { Batcher } from '../platform/batcher.js';
import type { Conversation } from '../domain/conversation.js';
import type { ConversationContext } from './conversation-context.js';
import { mustSee } from './conversation.policy.js';
import type { InboxRow } from './inbox.store.js';
import { lru } from '../platform/lru.js';

/** Receipts of this time are written together: scrolling past a page of history is one move, not fifty. */
const windowMs = 100;

/** How far one person has moved in one conversation; holds all receipts of the window. */
interface Move {
  conversation: Conversation;
  userId: string;
  deliveredSeq: number;
  readSeq: number;
  /** The session of the first receipt in the window. */
  sessionId: string;
  /** Sockets that get an answer and therefore no event. */
  socketIds: ReadonlySet<string>;
}

const furthest = (earlier: Move, later: Move): Move => ({
  ...earlier,
  deliveredSeq: Math.max(earlier.deliveredSeq, later.deliveredSeq),
  readSeq: Math.max(earlier.readSeq, later.readSeq),
  socketIds: new Set([...earlier.socketIds, ...later.socketIds]),
});

/** Rows of one node that are remembered, of some 400 bytes each … */
const remembered = 20_000;
/**
 * … for this long after their last move. Who comes back later was often pushed to meanwhile: their row does not hold
 * any more, and to find that out costs all receipts of the window a second write.
 */
const rememberedMs = 60_000;

const keyOf = ({ userId, conversation }: Pick<Move, 'userId' | 'conversation'>) =>
  `${userId}:${conversation.id}`;

/**
 * Moves delivered and read positions: only forward, never beyond the log, and read implies delivered. Acknowledged
 * after the write. Receipts of 100 ms, whoever sent them, share one read of the rows that are not known, one of the log
 * and one write of `$max`.
 */
export class Receipts {
  /** Null: the person does not have the conversation. */
  private readonly moves = new Batcher<Move, view.Receipts | null>({
    windowMs,
    keyOf,
    merge: furthest,
    write: (moves) => this.write(moves),
  });

  /** Rows as this node last moved them. Others may have written since, which the next write finds out. */
  private readonly rows = lru<InboxRow>(remembered, rememberedMs);

  constructor(private readonly chat: ConversationContext) {}

  /**
   * A position beyond the log counts as its end. All answers of one window agree: they hold the furthest position that
   * was gathered here or that another node wrote meanwhile. Throws NOT_FOUND.
   */
  async move(
    actor: Actor,
    conversationId: string,
    to: { deliveredSeq?: number | undefined; readSeq?: number | undefined },
  ): Promise<view.Receipts> {
    const conversation = await mustSee(this.chat, conversationId, actor.userId);
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

  /** Resolves when everything that waits is written; for the end of the process. */
  drained(): Promise<void> {
    return this.moves.flush();
  }

  private async write(moves: Move[]): Promise<(view.Receipts | null)[]> {
    const answers = await this.settle(moves, this.rememberedOf(moves));
    return moves.map((move) => answers.get(move) ?? null);
  }

  /** `remembered`: the rows of some of them; the others are read. */
  private async settle(
    moves: Move[],
    remembered: ReadonlyMap<Move, InboxRow>,
  ): Promise<Map<Move, view.Receipts>> {
    const open = moves.filter((move) => !remembered.has(move));
    const read = open.length > 0 ? await this.chat.inbox.ofPeople(open.map(placeOf)) : undefined;
    const known = moves.flatMap((move) => {
      const row = remembered.get(move) ?? read?.get(move.userId, move.conversation.id);
      return row ? [{ move, row, wanted: beyond(row, move) }] : [];
    });
    const standings = await this.standings(known.map(({ row, wanted }) => ({ row, at: wanted })));
    const settled = known.map(({ move, row, wanted }, index) => {
      const { endSeq, unread } = standings[index]!;
      // A row that is remembered from before the database was restored may be beyond the log.
      const to = {
        deliveredSeq: Math.min(wanted.deliveredSeq, endSeq),
        readSeq: Math.min(wanted.readSeq, endSeq),
      };
      const moved = to.deliveredSeq > row.deliveredSeq || to.readSeq > row.readSeq;
      return { move, row, to, moved, unread, readSeq: to.readSeq };
    });
    // Where the log ends before what was asked for, nothing is written, which would tell whether the row still holds.
    const unsure = settled.filter(({ move, moved }) => !moved && remembered.has(move));
    const [again] = await Promise.all([
      unsure.length > 0
        ? this.settle(
            unsure.map(({ move }) => move),
            new Map(),
          )
        : new Map(),
      this.store(settled.filter(({ moved }) => moved)),
    ]);
    // What another node has moved on is counted from there.
    const overtaken = settled.filter(({ to, readSeq }) => to.readSeq > readSeq);
    const counted = await this.standings(overtaken.map(({ row, to }) => ({ row, at: to })));
    for (const [index, one] of overtaken.entries()) one.unread = counted[index]!.unread;
    return new Map([
      ...settled.map(({ move, to, unread }) => [move, { ...to, unread }] as const),
      ...again,
    ]);
  }

  /** Where the logs end, and how much is unread from these positions on. */
  private standings(asked: { row: InboxRow; at: Positions }[]) {
    return this.chat.messages.standings(
      asked.map(({ row, at }) => ({
        conversationId: row.conversationId,
        fromId: row.otherId,
        readSeq: at.readSeq,
        lastSeq: Math.max(row.lastSeq, at.deliveredSeq),
      })),
      limits.unreadCap,
    );
  }

  /** What is remembered is taken where it is likely to be written, which tells whether it still holds. */
  private rememberedOf(moves: Move[]): Map<Move, InboxRow> {
    const known = new Map<Move, InboxRow>();
    for (const move of moves) {
      const row = this.rows.get(keyOf(move));
      if (!row) continue;
      const to = beyond(row, move);
      if (to.deliveredSeq > row.deliveredSeq || to.readSeq > row.readSeq) known.set(move, row);
    }
    return known;
  }

  private async store(settled: { move: Move; row: InboxRow; to: Positions }[]): Promise<void> {
    if (settled.length === 0) return;
    const asMoved = await this.chat.inbox.moveCursors(
      settled.map(({ move, row, to }) => ({
        ...placeOf(move),
        ...to,
        otherId: move.conversation.otherThan(move.userId),
        // Across a block, or what must look like one, nobody learns what was read.
        hidden: move.conversation.closed,
        known: row,
      })),
    );
    // Where another node has written meanwhile, nobody is told less than what is stored.
    const stored = asMoved
      ? undefined
      : await this.chat.inbox.positionsOf(settled.map(({ move }) => placeOf(move)));
    for (const { move, row, to } of settled) {
      const now = stored?.get(move.userId, move.conversation.id) ?? row;
      to.deliveredSeq = Math.max(to.deliveredSeq, now.deliveredSeq);
      to.readSeq = Math.max(to.readSeq, now.readSeq);
      this.rows.set(keyOf(move), { ...row, ...now, ...to });
      this.tell(move, to);
      const { pushedSeq = 0 } = now;
      if (row.readSeq < pushedSeq && pushedSeq <= to.readSeq) this.noteToldAndRead(move, pushedSeq);
    }
  }

  /**
   * Notes the number of the pushed entry, not how far the person read: reading on, or at another node, then notes the
   * same.
   */
  private noteToldAndRead({ conversation, userId, sessionId }: Move, pushedSeq: number): void {
    void this.chat.toldAndRead.run({
      conversationId: conversation.id,
      recipientId: userId,
      readSeq: pushedSeq,
      sessionId,
    });
  }

  private tell({ conversation, userId, socketIds }: Move, to: Positions): void {
    const told = { userId, conversationId: conversation.id, ...to };
    // If one socket asked, it has this in its answer; of several, each may have asked for less.
    const [only] = socketIds.size === 1 ? socketIds : [];
    for (const person of conversation.closed ? [userId] : conversation.people)
      this.chat.fanOut.toUser(person, 'receipt:updated', told, {
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
