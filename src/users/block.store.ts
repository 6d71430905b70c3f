import type { Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';

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

export class BlockStore {
  private readonly blocks;

  constructor(connection: Connection) {
    this.blocks = connection.model('Block', schema);
  }

  async prepare(): Promise<void> {
    await this.blocks.createIndexes();
  }

  /** Adds it, or returns the one that is there. */
  async add(block: Block): Promise<Block> {
    return this.blocks
      .findOneAndUpdate(
        { _id: idOf(block) },
        { $setOnInsert: block },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<Block>();
  }

  /** False when there was none. */
  async remove(block: Pair): Promise<boolean> {
    return (await this.blocks.deleteOne({ _id: idOf(block) })).deletedCount > 0;
  }

  async has(block: Pair): Promise<boolean> {
    return (await this.blocks.exists({ _id: idOf(block) })) !== null;
  }

  count(blockerId: string): Promise<number> {
    return this.blocks.countDocuments({ blockerId });
  }

  /** Whom a person blocked, newest first. */
  async ofBlocker(
    blockerId: string,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Block[]> {
    return this.blocks
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
    const found = await this.blocks
      .find({ _id: { $in: [...new Set(both)] } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    const ids = new Set(found.map(({ _id }) => _id));
    return (one, other) =>
      ids.has(idOf({ blockerId: one, blockedId: other })) ||
      ids.has(idOf({ blockerId: other, blockedId: one }));
  }

  /** Of each of these people everybody whom they blocked or who blocked them. */
  async around(userIds: string[]): Promise<Map<string, Set<string>>> {
    const found = await this.blocks
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
