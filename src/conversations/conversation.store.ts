import { LRUCache } from 'lru-cache';
import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../platform/mongo.js';
import { Conversation, type ConversationSnapshot } from './conversation.js';

type ConversationDocument = Omit<ConversationSnapshot, 'id'> & { _id: string };

const schema = new Schema<ConversationDocument>(
  {
    _id: String,
    listingId: { type: String, required: true },
    sellerId: { type: String, required: true },
    buyerId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    closedAt: { type: Date, default: null },
  },
  { collection: 'conversations', versionKey: false },
);
schema.index({ listingId: 1 });

export class ConversationStore {
  private readonly conversations;
  /** Who takes part never changes; whether it is closed may be 5 s old here. */
  private readonly recent = new LRUCache<string, Conversation>({ max: 50_000, ttl: 5_000 });

  constructor(connection: Connection) {
    this.conversations = connection.model('Conversation', schema);
  }

  async prepare(): Promise<void> {
    await this.conversations.createIndexes();
  }

  /** Adds it or finds the one that is there already; `created` says which. */
  async open(
    conversation: Conversation,
  ): Promise<{ conversation: Conversation; created: boolean }> {
    const { id, ...fields } = conversation.snapshot();
    try {
      await this.conversations.create({ _id: id, ...fields });
      return { conversation, created: true };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const known = await this.conversations.findById(id).lean<ConversationDocument>();
      return { conversation: known ? toConversation(known) : conversation, created: false };
    }
  }

  async get(id: string): Promise<Conversation | null> {
    return (await this.getMany([id])).get(id) ?? null;
  }

  async getMany(ids: Iterable<string>): Promise<Map<string, Conversation>> {
    const known = new Map<string, Conversation>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const cached = this.recent.get(id);
      if (cached) known.set(id, cached);
      else missing.push(id);
    }
    if (missing.length === 0) return known;
    const found = await this.conversations
      .find({ _id: { $in: missing } })
      .lean<ConversationDocument[]>();
    for (const document of found) {
      const conversation = toConversation(document);
      this.recent.set(conversation.id, conversation);
      known.set(conversation.id, conversation);
    }
    return known;
  }
}

function toConversation({ _id, ...rest }: ConversationDocument): Conversation {
  return new Conversation({ id: _id, ...rest });
}
