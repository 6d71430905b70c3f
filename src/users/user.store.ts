/** People as documents: one collection, and every way in which accounts, sanctions and deletion write it; so one file. */

import type { ClientSession, Connection } from 'mongoose';
import { Refusal, tradeLimits, type view } from '../contract/index.js';
import type { Neighbourhood } from '../domain/neighbourhood.js';
import type { StoredImage } from '../domain/image.js';
import {
  documentsOf,
  dueBy,
  isDuplicateKey,
  onlyDates,
  preferenceOf,
  type ReadFrom,
} from '../platform/mongo.js';
import { Recent, type Caching } from '../platform/recent.js';
import {
  RefreshMarks,
  refreshIndex,
  refreshMark,
  type RefreshMark,
} from '../platform/refresh-marks.js';
import { Store, specOf } from '../platform/store.js';
import { inTransaction } from '../platform/transaction.js';
import { User, type UserState } from './user.js';

/** The manner that was last computed from the evidence about a person; the formula is in the code. */
export type StoredManner = Omit<view.Manner, 'formula' | 'asOf'> & {
  asOf: Date;
  /** When it must be computed again without new evidence, since evidence fades. null: there is no evidence. */
  dueAt: Date | null;
  /** Counts 1, 2, 3 …: a computation that began from an older revision must start again. */
  revision: number;
};

type UserDocument = Omit<UserState, 'id' | 'temperature'> & {
  _id: string;
  manner?: StoredManner | null;
  /** Set while conversations still show the person as they were: see {@link RefreshMark}. */
  refresh?: RefreshMark;
  /** The account was deleted then: of the fields of a person only `createdAt` and `version` are left. */
  deletedAt?: Date;
  /** When what others keep of a deleted account is to be erased. Absent: it has been. */
  eraseAt?: Date;
};

/** Finds documents of accounts that were not deleted. */
const there = { deletedAt: { $exists: false } };

/** The address is the `_id` of its own collection, so it is unique by index, on any shard, without look-then-insert. */
const emailSchema = documentsOf<{ _id: string; userId: string }>('emails');

const userSchema = documentsOf<UserDocument>('users');
userSchema.index({ 'manner.dueAt': 1 }, onlyDates('manner.dueAt'));
userSchema.index(...refreshIndex);
userSchema.index({ eraseAt: 1 }, onlyDates('eraseAt'));
userSchema.index({ role: 1 }, { sparse: true });

/** What others may know of a person; cached, since every card and conversation shows it. */
export interface Profile {
  id: string;
  nickname: string;
  createdAt: Date;
  avatar?: StoredImage | undefined;
  /** In degrees; see `domain/temperature.ts`. */
  temperature: number;
}

const noAvatar = () => ({ $unset: { avatar: '' }, $set: { refresh: refreshMark() } });

/** Finds somebody whose password and address are as they were read; `null` matches a count that is absent. */
const asRead = ({ id, credentials }: User) => ({
  _id: id,
  credentials: credentials || null,
  ...there,
});

export class UserStore extends Store<UserDocument> {
  static readonly collections = [specOf(userSchema), specOf(emailSchema)];

  /** Marks of changes that conversations do not show yet. */
  readonly marks: RefreshMarks;
  private readonly emails;
  /** Names and temperatures change seldom, so they may be five minutes old, less where news comes. */
  private readonly recent: Recent<Profile>;
  private readonly profileChanged: (id: string) => void;

  /** `profileChanged` is called after every write that others are to see. */
  constructor(
    private readonly connection: Connection,
    options: { caching: Caching; profileChanged?: (id: string) => void },
  ) {
    super(connection, userSchema);
    this.emails = connection.model('emails', emailSchema);
    this.marks = new RefreshMarks(connection, 'users');
    this.recent = new Recent({
      max: 20_000,
      ttlMs: 5 * 60_000,
      caching: options.caching,
      look: (ids) => this.readProfiles(ids),
    });
    this.profileChanged = options.profileChanged ?? (() => undefined);
  }

  /** Called when another process changed the profile. */
  forget(id: string): void {
    this.recent.drop([id]);
  }

  /** Throws EMAIL_TAKEN when somebody has the address, also when both try at once. */
  async add(user: User): Promise<void> {
    const { id, temperature: _temperature, ...state } = user.snapshot();
    try {
      await inTransaction(this.connection, async (session) => {
        await this.emails.create([{ _id: state.email, userId: id }], { session });
        await this.documents.create([{ _id: id, ...state }], { session });
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw new Refusal('EMAIL_TAKEN');
      throw error;
    }
  }

  /** Adds somebody who has no address here; false: they are there, or deleted. */
  async addHosted(user: User): Promise<boolean> {
    const { id, temperature: _temperature, ...state } = user.snapshot();
    const { upsertedCount } = await this.documents.updateOne(
      { _id: id },
      { $setOnInsert: state },
      { upsert: true },
    );
    return upsertedCount === 1;
  }

  async get(id: string): Promise<User | null> {
    const found = await this.documents.findOne({ _id: id, ...there }).lean<UserDocument>();
    return found && toUser(found);
  }

  async byEmail(email: string): Promise<User | null> {
    const address = await this.emails.findById(email).lean();
    return address ? this.get(address.userId) : null;
  }

  /** Writes only the name. null: the person has this name already, or their version has changed since. */
  async rename(id: string, nickname: string, ifVersion?: number): Promise<User | null> {
    // 0 stands for "no version yet".
    const asSeen = ifVersion === undefined ? {} : { version: ifVersion || null };
    const found = await this.documents
      .findOneAndUpdate(
        { _id: id, nickname: { $ne: nickname }, ...asSeen, ...there },
        { $set: { nickname, refresh: refreshMark() }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      )
      .lean<UserDocument>();
    if (found) this.changed(id);
    return found && toUser(found);
  }

  /** null: none. False: the account is gone. */
  async setRole(id: string, role: view.Role | null): Promise<boolean> {
    const change = role ? { $set: { role } } : { $unset: { role: '' } };
    const result = await this.documents.updateOne(
      { _id: id, ...there },
      { ...change, $inc: { version: 1 } },
    );
    return result.matchedCount === 1;
  }

  /** Who has the role, by id. */
  async withRole(role: view.Role, limit: number): Promise<string[]> {
    const found = await this.documents
      .find({ role, ...there }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id);
  }

  /** Nobody else is shown it. null: the account is gone. */
  async setNeighbourhood(id: string, neighbourhood: Neighbourhood): Promise<User | null> {
    const found = await this.documents
      .findOneAndUpdate(
        { _id: id, ...there },
        { $set: { neighbourhood }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      )
      .lean<UserDocument>();
    return found && toUser(found);
  }

  /**
   * Shows another picture, or none, inside a transaction. Returns the person before; null: there is no such account.
   * Others are told by {@link avatarChanged}, once it is committed.
   */
  async setAvatar(
    id: string,
    avatar: StoredImage | null,
    session: ClientSession,
  ): Promise<User | null> {
    const before = await this.documents
      .findOneAndUpdate(
        { _id: id, ...there },
        {
          ...(avatar ? { $set: { avatar, refresh: refreshMark() } } : noAvatar()),
          $inc: { version: 1 },
        },
        { session },
      )
      .lean<UserDocument>();
    return before && toUser(before);
  }

  avatarChanged(id: string): void {
    this.changed(id);
  }

  /** The picture that a person has or, deleted, had. */
  async avatarOf(id: string): Promise<StoredImage | undefined> {
    const found = await this.documents.findById(id, { avatar: 1 }).lean<UserDocument>();
    return found?.avatar;
  }

  private changed(id: string): void {
    this.forget(id);
    this.profileChanged(id);
  }

  /** Stores a new hash of the same password, unless another password was set meanwhile. */
  async rehash({ id, passwordHash: before }: User, passwordHash: string): Promise<void> {
    await this.documents.updateOne({ _id: id, passwordHash: before }, { $set: { passwordHash } });
  }

  /**
   * Sets another password, and does `also` in the same transaction. False, and nothing is done: the password or the
   * address was changed meanwhile.
   */
  setPassword(
    user: User,
    passwordHash: string,
    also: (step: ClientSession) => Promise<void>,
  ): Promise<boolean> {
    return inTransaction(this.connection, async (session) => {
      const result = await this.documents.updateOne(
        { ...asRead(user), passwordHash: user.passwordHash },
        { $set: { passwordHash }, $inc: { credentials: 1 } },
        { session },
      );
      if (result.modifiedCount === 1) await also(session);
      else await session.abortTransaction();
      return result.modifiedCount === 1;
    });
  }

  /**
   * Puts a proven address in the place of the present one, which is free then. Returns the changed person; null: the
   * password or the address was changed meanwhile. Throws EMAIL_TAKEN.
   */
  async changeEmail(user: User, to: string, now: Date): Promise<User | null> {
    const { id, email: from } = user;
    try {
      return await inTransaction(this.connection, async (session) => {
        const found = await this.documents
          .findOneAndUpdate(
            { ...asRead(user), email: from },
            { $set: { email: to, emailVerifiedAt: now }, $inc: { version: 1, credentials: 1 } },
            { session, returnDocument: 'after' },
          )
          .lean<UserDocument>();
        if (!found) {
          await session.abortTransaction();
          return null;
        }
        await this.emails.create([{ _id: to, userId: id }], { session });
        await this.emails.deleteOne({ _id: from, userId: id }, { session });
        return toUser(found);
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw new Refusal('EMAIL_TAKEN');
      throw error;
    }
  }

  /**
   * Deletes the account: in one step the address is free and all that says who it was is gone from here. `eraseAt`:
   * when a worker erases what others keep of it. Again changes nothing.
   */
  async delete(id: string, deletedAt: Date, eraseAt: Date): Promise<void> {
    await inTransaction(this.connection, async (session) => {
      const before = await this.documents
        .findOneAndUpdate(
          { _id: id, ...there },
          {
            $set: { deletedAt, eraseAt },
            $unset: {
              email: '',
              nickname: '',
              passwordHash: '',
              emailVerifiedAt: '',
              credentials: '',
              neighbourhood: '',
              role: '',
              manner: '',
            },
            $inc: { version: 1 },
          },
          { session },
        )
        .lean<UserDocument>();
      if (before) await this.emails.deleteOne({ _id: before.email, userId: id }, { session });
      else await session.abortTransaction();
    });
    this.changed(id);
  }

  /** Deleted accounts of which others are to erase what they keep by a time, the most overdue first. */
  async erasuresDue(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const found = await this.documents
      .find({ eraseAt: dueBy(until) }, { eraseAt: 1 })
      .sort({ eraseAt: 1 })
      .limit(limit)
      .lean<UserDocument[]>();
    return found.map((document) => ({ id: document._id, at: document.eraseAt! }));
  }

  /** When a deleted account is to be erased; null: there is nothing to erase. */
  async erasureOf(id: string): Promise<{ deletedAt: Date; eraseAt: Date } | null> {
    const found = await this.documents
      .findOne({ _id: id, eraseAt: { $exists: true } }, { deletedAt: 1, eraseAt: 1 })
      .lean<UserDocument>();
    return found && { deletedAt: found.deletedAt!, eraseAt: found.eraseAt! };
  }

  /** Notes that it was erased, and when to look once more; null: never again. */
  async erased(id: string, eraseAt: Date | null): Promise<void> {
    const change = eraseAt ? { $set: { eraseAt } } : { $unset: { eraseAt: '', avatar: '' } };
    await this.documents.updateOne({ _id: id, eraseAt: { $exists: true } }, change);
  }

  /** Writes only the proof of the address, and only once. */
  async saveProof(user: User): Promise<void> {
    const { emailVerifiedAt } = user.snapshot();
    await this.documents.updateOne(
      { _id: user.id, emailVerifiedAt: null, ...there },
      { $set: { emailVerifiedAt }, $inc: { version: 1 } },
    );
  }

  /** Profiles by id; people who are gone are left out. */
  profilesOf(ids: Iterable<string>): Promise<Map<string, Profile>> {
    return this.recent.getMany(ids);
  }

  private async readProfiles(ids: string[]): Promise<Map<string, Profile>> {
    const found = await this.documents
      .find(
        { _id: { $in: ids }, ...there },
        { nickname: 1, createdAt: 1, avatar: 1, 'manner.temperature': 1 },
      )
      .lean<UserDocument[]>();
    return new Map(found.map((document) => [document._id, toProfile(document)]));
  }

  /** The person as the database has them, with the manner that was last computed. */
  async withManner(
    id: string,
    from: ReadFrom = 'primary',
  ): Promise<{ profile: Profile; manner: StoredManner | null; version: number } | null> {
    const found = await this.documents
      .findOne(
        { _id: id, ...there },
        { nickname: 1, createdAt: 1, avatar: 1, manner: 1, version: 1 },
      )
      .read(preferenceOf(from))
      .lean<UserDocument>();
    const { manner = null, version = 0 } = found ?? {};
    return found && { profile: toProfile(found), manner, version };
  }

  /**
   * Compare-and-set on the revision before. False: somebody else computed meanwhile. `shown`: whether conversations are
   * to show the change.
   */
  async saveManner(
    id: string,
    manner: StoredManner,
    { shown = false }: { shown?: boolean } = {},
  ): Promise<boolean> {
    const before = manner.revision - 1;
    const result = await this.documents.updateOne(
      // Before the first revision the field is null or absent, and `null` matches both.
      { _id: id, 'manner.revision': before === 0 ? null : before, ...there },
      { $set: { manner, ...(shown ? { refresh: refreshMark() } : {}) }, $inc: { version: 1 } },
    );
    const saved = result.modifiedCount === 1;
    if (saved && shown) this.changed(id);
    else this.forget(id);
    return saved;
  }

  /** People whose manner must be computed again by a time, the most overdue first. */
  async mannersDue(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const found = await this.documents
      .find({ 'manner.dueAt': dueBy(until) }, { 'manner.dueAt': 1 })
      .sort({ 'manner.dueAt': 1 })
      .limit(limit)
      .lean<{ _id: string; manner: { dueAt: Date } }[]>();
    return found.map(({ _id, manner }) => ({ id: _id, at: manner.dueAt }));
  }
}

const toProfile = ({ _id: id, nickname, createdAt, avatar, manner }: UserDocument): Profile => ({
  id,
  nickname,
  createdAt,
  ...(avatar ? { avatar } : {}),
  temperature: manner?.temperature ?? tradeLimits.newcomerDegrees,
});

function toUser({ _id, manner, ...state }: UserDocument): User {
  return new User({ id: _id, ...state, ...(manner ? { temperature: manner.temperature } : {}) });
}
