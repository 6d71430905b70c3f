import type { ClientSession, Connection, PipelineStage, UpdateQuery } from 'mongoose';
import { asInserted, documentsOf, isDuplicateKey } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';
import { Recent, type Caching } from '../platform/recent.js';
import type { BlockStore } from '../users/index.js';
import { Conversation, type ConversationSnapshot } from '../domain/conversation.js';

type ConversationDocument = Omit<ConversationSnapshot, 'id'> & {
  _id: string;
  /** Its listing counts it, since something was said in it. */
  counted?: true;
};

const schema = documentsOf<ConversationDocument>('conversations');
schema.index({ listingId: 1, createdAt: -1 });

export class ConversationStore extends Store<ConversationDocument> {
  static readonly collections = [specOf(schema)];

  /** Participants never change; whether one has left may be 5 s out of date, less after news. */
  private readonly recent: Recent<Conversation>;

  /** Without `blocks` no two people count as kept apart. */
  constructor(
    connection: Connection,
    private readonly options: { caching: Caching; blocks?: BlockStore },
  ) {
    super(connection, schema);
    this.recent = new Recent({
      max: 50_000,
      ttlMs: 5_000,
      caching: options.caching,
      look: (ids) => this.stored(ids),
    });
  }

  /** Adds the conversation or finds the existing one; `created` says which. */
  async open(
    conversation: Conversation,
  ): Promise<{ conversation: Conversation; created: boolean }> {
    const { id, ...fields } = conversation.snapshot();
    try {
      await this.documents.create({ _id: id, ...fields });
      return { conversation, created: true };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return { conversation: (await this.get(id)) ?? conversation, created: false };
    }
  }

  /** Adds those of these that are not there, and returns them; for imports, and for measuring. */
  async addMany(all: readonly Conversation[]): Promise<Conversation[]> {
    const documents = all.map((one) => {
      const { id: _id, ...fields } = one.snapshot();
      return { _id, ...fields };
    });
    const known = new Set(await asInserted(this.native.insertMany(documents, { ordered: false })));
    return all.filter((_, index) => !known.has(index));
  }

  /** Marks that this person left, unless they had left before. Returns the conversation; null when there is none. */
  async leave(id: string, userId: string, at: Date): Promise<Conversation | null> {
    const leftBy = { $ifNull: ['$leftBy', []] };
    return this.change(id, [
      {
        $set: {
          leftBy: {
            $cond: [
              { $in: [userId, { $map: { input: leftBy, in: '$$this.userId' } }] },
              leftBy,
              { $concatArrays: [leftBy, [{ userId, at }]] },
            ],
          },
        },
      },
    ]);
  }

  /** Marks that this person is back. Returns the conversation; null when there is none. */
  async rejoin(id: string, userId: string): Promise<Conversation | null> {
    return this.change(id, { $pull: { leftBy: { userId } } });
  }

  /** Marks that its listing counts it; false when it was marked already. */
  async markCounted(id: string, session: ClientSession): Promise<boolean> {
    const unmarked = { _id: id, counted: { $exists: false } };
    const marked = { $set: { counted: true as const } };
    return (await this.documents.updateOne(unmarked, marked, { session })).modifiedCount === 1;
  }

  /** Whether its listing counts it. */
  async isCounted(id: string): Promise<boolean> {
    return (await this.documents.exists({ _id: id, counted: true })) !== null;
  }

  /** Returns the conversation as this very write left it; a separate read might find a later change. */
  private async change(
    id: string,
    update: UpdateQuery<ConversationDocument> | PipelineStage.Set[],
  ): Promise<Conversation | null> {
    const written = await this.documents
      .findOneAndUpdate({ _id: id }, update, { returnDocument: 'after', updatePipeline: true })
      .lean<ConversationDocument>();
    this.forget(id);
    if (!written) return null;
    const kept = await this.keptApart(new Map([[id, toConversation(written)]]));
    return kept.get(id)!;
  }

  /** Called when another node changed it. */
  forget(id: string): void {
    this.recent.drop([id]);
  }

  async get(id: string): Promise<Conversation | null> {
    return this.known(id) ?? (await this.getMany([id])).get(id) ?? null;
  }

  /** As {@link get} gives it, where nothing has to be looked up for it: each message asks. */
  known(id: string): Conversation | undefined {
    const conversation = this.recent.peek(id);
    if (!conversation || !this.options.blocks) return conversation;
    const seen = this.aroundEither(conversation);
    return seen && apartBy(seen, conversation);
  }

  async getMany(ids: Iterable<string>): Promise<Map<string, Conversation>> {
    return this.keptApart(await this.recent.getMany(ids));
  }

  /** The conversation as the database has it now. */
  async fresh(id: string): Promise<Conversation | null> {
    this.forget(id);
    return this.get(id);
  }

  /** Ids of the conversations about a listing, the newest first; `limit` 0: all. */
  async idsOfListing(listingId: string, limit = 0): Promise<string[]> {
    const found = await this.documents
      .find({ listingId }, { _id: 1 })
      .sort({ createdAt: -1 })
      .limit(limit)
      .lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id);
  }

  /** The conversations as they are stored, without blocks: for readers who need their people only. */
  async stored(ids: string[]): Promise<Map<string, Conversation>> {
    const found = await this.readAll({ _id: { $in: ids } });
    return new Map(found.map((document) => [document._id, toConversation(document)]));
  }

  /** Asks about as few people as possible: all conversations of one person need only one question. */
  private async keptApart(
    conversations: Map<string, Conversation>,
  ): Promise<Map<string, Conversation>> {
    const { blocks } = this.options;
    if (!blocks) return conversations;
    const unsure: Conversation[] = [];
    let seen: Around | undefined;
    for (const one of conversations.values()) {
      if (!seen || !one.has(seen.person)) seen = this.aroundEither(one);
      if (seen) conversations.set(one.id, apartBy(seen, one));
      else unsure.push(one);
    }
    if (unsure.length === 0) return conversations;
    const counts = new Map<string, number>();
    for (const { people } of unsure)
      for (const person of people) counts.set(person, (counts.get(person) ?? 0) + 1);
    const asked = unsure.map(({ sellerId, buyerId }) =>
      counts.get(buyerId)! > counts.get(sellerId)! ? buyerId : sellerId,
    );
    const found = await blocks.aroundMany(asked);
    for (const [index, one] of unsure.entries()) {
      const person = asked[index]!;
      conversations.set(one.id, apartBy({ person, around: found.get(person)! }, one));
    }
    return conversations;
  }

  /** Blocks around one of its two people, where they are known without a look. */
  private aroundEither({ people }: Conversation): Around | undefined {
    for (const person of people) {
      const around = this.options.blocks?.knownAround(person);
      if (around) return { person, around };
    }
    return undefined;
  }
}

/** Whom a person blocked, and who blocked them. */
interface Around {
  person: string;
  around: ReadonlySet<string>;
}

const apartBy = ({ person, around }: Around, conversation: Conversation): Conversation =>
  around.has(conversation.otherThan(person)) ? conversation.heldApart() : conversation;

function toConversation(document: ConversationDocument): Conversation {
  const { _id, leftBy = [], counted: _counted, ...rest } = document;
  return new Conversation({ id: _id, leftBy, ...rest });
}
