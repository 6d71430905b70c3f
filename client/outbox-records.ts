import type { DraftFields } from './drafts.js';
import { HaggleError } from './haggle-error.js';
import type { OutboxStorage, StoredMessage } from './outbox-storage.js';
import type { PendingMessage } from './room.js';
import type { TabLocks } from './tab-locks.js';
import { within } from './waits.js';

const nothing = () => undefined;

/** The longest that the first connect waits for messages of earlier runs (ms); later ones are added when they come. */
const patienceMs = 500;

/**
 * The outbox in memory and in the storage that outlives it. The storage follows, one change after another; when it
 * fails, the app is told and the messages of this run are sent all the same.
 */
export class OutboxRecords {
  readonly #records = new Map<string, StoredMessage>();
  #userId: string | undefined;
  #position = 0;
  #writing: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;

  readonly #storage: OutboxStorage;
  readonly #locks: TabLocks;
  /** Names this run of the app. */
  readonly #owner: string;
  readonly #failed: (error: HaggleError) => void;

  constructor(
    storage: OutboxStorage,
    locks: TabLocks,
    owner: string,
    failed: (error: HaggleError) => void,
  ) {
    this.#storage = storage;
    this.#locks = locks;
    this.#owner = owner;
    this.#failed = failed;
  }

  /**
   * Works for this person from now on. `takeUp` gets what other runs have left, as soon as they are gone; resolves when
   * everything available at once has been taken up. Called again after each connect, since tabs come and go.
   */
  async begin(userId: string, takeUp: (found: StoredMessage[]) => void): Promise<void> {
    if (this.#userId !== userId) {
      this.#userId = userId;
      this.#release ??= this.#locks.hold(this.#owner);
      // Written before it was known who is writing.
      for (const record of this.#records.values())
        if (record.userId === '') this.#put({ ...record, userId });
    }
    await within(patienceMs, this.#adoptAll(userId, takeUp), nothing).catch((thrown: unknown) =>
      this.#report(thrown),
    );
  }

  add(message: PendingMessage, draft: DraftFields, tried: boolean): void {
    const { clientMessageId, conversationId, createdAt } = message;
    this.#position = Math.max(Date.now(), this.#position + 1);
    this.#put({
      clientMessageId,
      conversationId,
      createdAt,
      draft,
      tried,
      userId: this.#userId ?? '',
      owner: this.#owner,
      position: this.#position,
    });
  }

  change(
    clientMessageId: string,
    part: Partial<Pick<StoredMessage, 'tried' | 'failure' | 'draft'>>,
  ): void {
    const record = this.#records.get(clientMessageId);
    if (record) this.#put({ ...record, ...part });
  }

  remove(clientMessageId: string): void {
    if (this.#records.delete(clientMessageId)) {
      this.#write(() => this.#storage.remove(clientMessageId));
    }
  }

  draftOf(clientMessageId: string): DraftFields | undefined {
    return this.#records.get(clientMessageId)?.draft;
  }

  positionOf(clientMessageId: string): number {
    return this.#records.get(clientMessageId)?.position ?? 0;
  }

  /** Works for nobody any more; stored messages wait until this person is back. */
  forget(): void {
    this.#records.clear();
    this.#userId = undefined;
  }

  /** Removes everything of a person from the device. Resolves when it is gone. */
  wipe(userId: string | undefined): Promise<void> {
    if (userId) this.#write(() => this.#storage.clear(userId));
    return this.stored();
  }

  /** Resolves when everything is stored, or storing it takes long. */
  stored(): Promise<void> {
    return within(patienceMs, this.#writing, nothing);
  }

  /** Leaves what is stored to other tabs. */
  close(): void {
    this.#release?.();
    this.#release = undefined;
  }

  async #adoptAll(userId: string, takeUp: (found: StoredMessage[]) => void): Promise<void> {
    await this.#writing;
    const stored = await this.#storage.load(userId);
    const owners = new Set(stored.map(({ owner }) => owner));
    const adopt = (owner: string) => this.#adopt(userId, owner, takeUp);
    await Promise.all(
      [...owners].map((owner) =>
        // What this run itself has stored: the person was away meanwhile, and somebody else was signed in.
        owner === this.#owner ? adopt(owner) : this.#locks.whenGone(owner, () => adopt(owner)),
      ),
    );
  }

  async #adopt(
    userId: string,
    owner: string,
    takeUp: (found: StoredMessage[]) => void,
  ): Promise<void> {
    const stored = await this.#storage.load(userId);
    if (this.#userId !== userId || !this.#release) return;
    const found = stored.filter(
      (one) => one.owner === owner && !this.#records.has(one.clientMessageId),
    );
    for (const one of found) this.#put({ ...one, owner: this.#owner });
    if (found.length > 0) takeUp(found);
    // Before the lock is given back: the next one to get it must not find them under the old name.
    await this.#writing;
  }

  #put(record: StoredMessage): void {
    this.#records.set(record.clientMessageId, record);
    this.#position = Math.max(this.#position, record.position);
    if (record.userId !== '') this.#write(() => this.#storage.put(record));
  }

  #write(change: () => Promise<void>): void {
    this.#writing = this.#writing.then(change).catch((thrown: unknown) => this.#report(thrown));
  }

  #report(thrown: unknown): void {
    this.#failed(HaggleError.from(thrown, 'STORAGE'));
  }
}
