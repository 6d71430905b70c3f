import { Schema, type Connection } from 'mongoose';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../contract/index.js';
import { inTransaction, isDuplicateKey } from '../platform/mongo.js';
import { User, type UserState } from './user.js';

type UserDocument = Omit<UserState, 'id'> & { _id: string };

/** The address is the `_id` of its own collection: unique by index, on any shard, without look-then-insert. */
const emailSchema = new Schema<{ _id: string; userId: string }>(
  { _id: String, userId: { type: String, required: true } },
  { collection: 'emails', versionKey: false },
);

const userSchema = new Schema<UserDocument>(
  {
    _id: String,
    email: { type: String, required: true },
    nickname: { type: String, required: true },
    passwordHash: { type: String, required: true },
    emailVerifiedAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'users', versionKey: false },
);

/** What others may know of a person; cached, since every card and conversation shows it. */
export interface Profile {
  id: string;
  nickname: string;
  createdAt: Date;
}

export class UserStore {
  private readonly users;
  private readonly emails;
  /** Names change seldom, and a name a minute old harms nobody. */
  private readonly cache = new LRUCache<string, Profile>({ max: 20_000, ttl: 60_000 });

  constructor(private readonly connection: Connection) {
    this.users = connection.model('User', userSchema);
    this.emails = connection.model('Email', emailSchema);
  }

  async prepare(): Promise<void> {
    // Transactions on MongoDB may not have to create collections on their way.
    await Promise.all([this.users.createCollection(), this.emails.createCollection()]);
  }

  /** Throws EMAIL_TAKEN when somebody has the address, also when both try at once. */
  async add(user: User): Promise<void> {
    const { id, ...state } = user.snapshot();
    try {
      await inTransaction(this.connection, async (session) => {
        await this.emails.create([{ _id: state.email, userId: id }], { session });
        await this.users.create([{ _id: id, ...state }], { session });
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw new Refusal('EMAIL_TAKEN');
      throw error;
    }
  }

  async get(id: string): Promise<User | null> {
    const found = await this.users.findById(id).lean<UserDocument>();
    return found && toUser(found);
  }

  async byEmail(email: string): Promise<User | null> {
    const address = await this.emails.findById(email).lean();
    return address ? this.get(address.userId) : null;
  }

  /** Writes the name alone: a copy that is old in other things must not undo them. */
  async saveName(user: User): Promise<void> {
    await this.users.updateOne({ _id: user.id }, { $set: { nickname: user.nickname } });
    this.cache.delete(user.id);
  }

  /** Writes the proof of the address alone. */
  async saveProof(user: User): Promise<void> {
    const { emailVerifiedAt } = user.snapshot();
    await this.users.updateOne({ _id: user.id }, { $set: { emailVerifiedAt } });
  }

  /** Profiles by id; people who are gone are left out. */
  async profilesOf(ids: Iterable<string>): Promise<Map<string, Profile>> {
    const wanted = [...new Set(ids)];
    const known = new Map<string, Profile>();
    const missing = wanted.filter((id) => {
      const profile = this.cache.get(id);
      if (profile) known.set(id, profile);
      return !profile;
    });
    if (missing.length > 0) {
      const found = await this.users
        .find({ _id: { $in: missing } }, { nickname: 1, createdAt: 1 })
        .lean<UserDocument[]>();
      for (const { _id: id, nickname, createdAt } of found) {
        const profile = { id, nickname, createdAt };
        this.cache.set(id, profile);
        known.set(id, profile);
      }
    }
    return known;
  }
}

function toUser({ _id, ...state }: UserDocument): User {
  return new User({ id: _id, ...state });
}
