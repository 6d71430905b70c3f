import { syncKnown } from '../src/contract/chat-limits.js';
import { backoffMs } from './waits.js';
import type { Connection } from './connection.js';
import { HaggleError } from './haggle-error.js';
import { lastAt, type Conversations } from './conversations.js';
import type { Remembered } from './remembered.js';
import type { Room } from './room.js';

/** The most pages of one catch-up; more means that the server and this device will never agree. */
const mostRounds = 500;

/** Fetches what was missed. Only one pull runs at a time: one that is requested meanwhile follows. */
export class Sync {
  #cursor: string | undefined;
  #epoch: string | undefined;
  #running: Promise<void> | undefined;
  #everything = false;
  #behind = new Set<string>();
  #again: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** Conversations of an earlier run that no answer has named yet. */
  #recalled = new Set<string>();

  readonly #connection: Connection;
  readonly #conversations: Conversations;
  /** Called when the database was restored, so that all earlier positions are void. */
  readonly #restarted: () => void;

  constructor(connection: Connection, conversations: Conversations, restarted: () => void) {
    this.#connection = connection;
    this.#conversations = conversations;
    this.#restarted = restarted;
  }

  /** Returns true when what this device knew until now is void. */
  startEpoch(epoch: string): boolean {
    const isNew = this.#epoch !== undefined && this.#epoch !== epoch;
    if (isNew) {
      this.forget();
      this.#conversations.restart();
      this.#restarted();
    }
    this.#epoch = epoch;
    return isNew;
  }

  /** What an app may keep until its next run; undefined before the first catch-up. */
  remember(userId: string | undefined): Remembered | undefined {
    if (userId === undefined || this.#epoch === undefined) return undefined;
    return { userId, epoch: this.#epoch, ...this.#conversations.remember() };
  }

  /** Shows what an earlier run knew, until the first catch-up brings what changed. Later it does nothing. */
  recall({ epoch, ...known }: Remembered): void {
    if (this.#epoch !== undefined) return;
    this.#epoch = epoch;
    this.#recalled = new Set(known.conversations.map(({ id }) => id));
    this.#conversations.takeSync(known);
  }

  forget(): void {
    this.#recalled.clear();
    this.#cursor = undefined;
    this.#epoch = undefined;
    // A new set, so that a pull that fails meanwhile cannot put anything back into it.
    this.#behind = new Set();
    clearTimeout(this.#again);
  }

  /** Brings one conversation up to date, or (without an id) all of them. */
  pull(conversationId?: string): Promise<void> {
    if (conversationId === undefined) this.#everything = true;
    else this.#behind.add(conversationId);
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Like {@link pull}, for news that nobody waits for: retries by itself while the connection lasts. */
  catchUpWith(conversationId: string): void {
    this.pull(conversationId).then(
      () => {
        this.#failures = 0;
      },
      () => {
        // The next connect pulls everything anyway.
        if (!this.#connection.isReady) return;
        clearTimeout(this.#again);
        this.#again = setTimeout(() => this.catchUpWith(conversationId), backoffMs(this.#failures));
        this.#failures += 1;
      },
    );
  }

  async #run(): Promise<void> {
    try {
      while (this.#everything || this.#behind.size > 0) {
        const behind = this.#behind;
        const ids = [...behind];
        const rooms = this.#everything
          ? this.#conversations.all
          : ids.map((id) => this.#conversations.room(id));
        this.#everything = false;
        behind.clear();
        await this.#catchUp(rooms).catch((error: unknown) => {
          for (const id of ids) behind.add(id);
          throw error;
        });
      }
    } finally {
      // Set in the step that finds nothing left, so that a later request starts another run.
      this.#running = undefined;
    }
  }

  async #catchUp(rooms: readonly Room[]): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const known = positions(rooms);
      this.#conversations.expectSync();
      const answer = await this.#connection.request('sync:pull', {
        known,
        cursor: this.#cursor,
      });
      // The positions in the request are void, so everything is pulled from the beginning.
      if (this.startEpoch(answer.epoch)) continue;
      // A conversation outside the request came with a gap, so it is requested next.
      for (const { id } of this.#conversations.takeSync(answer))
        if (!known.some(({ conversationId }) => conversationId === id)) this.#behind.add(id);
      this.#cursor = answer.cursor;
      for (const { id } of answer.conversations) this.#recalled.delete(id);
      if (!answer.complete) continue;
      // The first catch-up names all that are in the lists: the others were left meanwhile.
      for (const id of this.#recalled) this.#conversations.drop(id);
      this.#recalled.clear();
      return;
    }
    throw HaggleError.network('the catch-up has no end');
  }
}

/** Positions of the most recently active rooms; the cursor brings the rest. */
function positions(rooms: readonly Room[]) {
  const activeAt = (room: Room) => lastAt(room.snapshot().conversation);
  return [...rooms]
    .sort((a, b) => activeAt(b).localeCompare(activeAt(a)))
    .slice(0, syncKnown)
    .map((room) => ({ conversationId: room.id, seq: room.log.received }));
}
