import type { Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Recent, type Caching } from '../platform/recent.js';
import { Store, specOf } from '../platform/store.js';

export interface Block {
  blockerId: string;
  blockedId: string;
  createdAt: Date;
}

const schema = documentsOf<Block & { _id: string }>('blocks');
schema.index({ blockerId: 1, createdAt: -1, blockedId: -1 });
schema.index({ blockedId: 1, blockerId: 1 });

const newestFirst = { createdAt: -1, blockedId: -1 } as const;

type Pair = Omit<Block, 'createdAt'>;

const idOf = ({ blockerId, blockedId }: Pair) => `${blockerId}:${blockedId}`;

/**
 * Blocks, and who is kept apart from whom by them, in both directions alike. What {@link around} answers is at most 5 s
 * old, less after news, so that the hot path needs no read per message; everything else asks the database.
 */
export class BlockStore extends Store<Block & { _id: string }> {
  static readonly collections = [specOf(schema)];
  private readonly recent: Recent<ReadonlySet<string>>;

  constructor(connection: Connection, { caching }: { caching: Caching } = { caching: 'none' }) {
    super(connection, schema);
    this.recent = new Recent<ReadonlySet<string>>({
      max: 50_000,
      ttlMs: 5_000,
      caching,
      look: (userIds) => this.everybodyAround(userIds),
    });
  }

  /** Adds it, or returns the one that is there. */
  async add(block: Block): Promise<Block> {
    return this.documents
      .findOneAndUpdate(
        { _id: idOf(block) },
        { $setOnInsert: block },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<Block>();
  }

  /** False when there was none. */
  async remove(block: Pair): Promise<boolean> {
    return (await this.documents.deleteOne({ _id: idOf(block) })).deletedCount > 0;
  }

  /** Whether this person set the block: whoever set one may still look at what it hides. */
  async has(block: Pair): Promise<boolean> {
    return (await this.documents.exists({ _id: idOf(block) })) !== null;
  }

  /** Removes those that a person set, and those against them. */
  async forgetPerson(userId: string): Promise<void> {
    await this.documents.deleteMany({ $or: [{ blockerId: userId }, { blockedId: userId }] });
  }

  count(blockerId: string): Promise<number> {
    return this.documents.countDocuments({ blockerId });
  }

  /** Whom a person blocked, newest first. */
  async ofBlocker(
    blockerId: string,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Block[]> {
    return this.documents
      .find({ blockerId, ...behind(newestFirst, atTime(after)) })
      .sort(newestFirst)
      .limit(limit)
      .lean<Block[]>();
  }

  /** Which of these pairs a block lies between, in whichever direction. */
  async between(
    pairs: (readonly [string, string])[],
  ): Promise<(one: string, other: string) => boolean> {
    const both = pairs.flatMap(([one, other]) => [
      idOf({ blockerId: one, blockedId: other }),
      idOf({ blockerId: other, blockedId: one }),
    ]);
    const found = await this.documents
      .find({ _id: { $in: [...new Set(both)] } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    const ids = new Set(found.map(({ _id }) => _id));
    return (one, other) =>
      ids.has(idOf({ blockerId: one, blockedId: other })) ||
      ids.has(idOf({ blockerId: other, blockedId: one }));
  }

  /** Everybody whom a person blocked or who blocked them. */
  async around(userId: string): Promise<ReadonlySet<string>> {
    return (await this.aroundMany([userId])).get(userId)!;
  }

  /** The same, where it is known without a look. */
  knownAround(userId: string): ReadonlySet<string> | undefined {
    return this.recent.peek(userId);
  }

  /** The same for several people. */
  aroundMany(userIds: Iterable<string>): Promise<Map<string, ReadonlySet<string>>> {
    return this.recent.getMany(userIds);
  }

  /** Forgets cached answers about these people, on news from this node or another. */
  heard(userIds: string[]): void {
    this.recent.drop(userIds);
  }

  private async everybodyAround(userIds: string[]): Promise<Map<string, Set<string>>> {
    // By a cursor: hundreds of people may have a thousand blocks each.
    const found = await this.documents
      .find(
        { $or: [{ blockerId: { $in: userIds } }, { blockedId: { $in: userIds } }] },
        { _id: 0, blockerId: 1, blockedId: 1 },
      )
      .lean<Pair[]>();
    const around = new Map(userIds.map((id) => [id, new Set<string>()]));
    for (const { blockerId, blockedId } of found) {
      around.get(blockerId)?.add(blockedId);
      around.get(blockedId)?.add(blockerId);
    }
    return around;
  }
}
