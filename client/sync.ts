import { limits } from '../src/contract/limits.js';
import { backoffMs } from './waits.js';
import type { Connection } from './connection.js';
import type { Conversations } from './conversations.js';
import type { Room } from './room.js';

/** Pages of one catch-up; more means that the server and this device will never agree. */
const mostRounds = 500;

/** Fetches what was missed. Never two pulls at a time: one that is asked for meanwhile follows. */
export class Sync {
  #cursor: string | undefined;
  #epoch: string | undefined;
  #running: Promise<void> | undefined;
  #everything = false;
  #behind = new Set<string>();
  #again: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  readonly #connection: Connection;
  readonly #conversations: Conversations;
  /** The database was restored: positions of before mean nothing. */
  readonly #restarted: () => void;

  constructor(connection: Connection, conversations: Conversations, restarted: () => void) {
    this.#connection = connection;
    this.#conversations = conversations;
    this.#restarted = restarted;
  }

  /** True when what this device knew until now is void. */
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

  forget(): void {
    this.#cursor = undefined;
    this.#epoch = undefined;
    // Another set: a pull that fails meanwhile must not put anything back into it.
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

  /** Like {@link pull}, for news that nobody waits for: tries again by itself as long as the connection holds. */
  catchUpWith(conversationId: string): void {
    this.pull(conversationId).then(
      () => {
        this.#failures = 0;
      },
      () => {
        // After the next connect everything is pulled anyway.
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
      // In the step that finds nothing left: what is asked for a moment later starts another run.
      this.#running = undefined;
    }
  }

  async #catchUp(rooms: readonly Room[]): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const known = positions(rooms);
      this.#conversations.expectSync();
      const answer = await this.#connection.request('sync:pull', {
        known,
        ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }),
      });
      // Asked with positions that are void: from the beginning, and all of it.
      if (this.startEpoch(answer.epoch)) continue;
      // One that was not asked about came with a gap: asked about next.
      for (const { id } of this.#conversations.takeSync(answer))
        if (!known.some(({ conversationId }) => conversationId === id)) this.#behind.add(id);
      this.#cursor = answer.cursor;
      if (answer.complete) return;
    }
    throw new Error('the catch-up has no end');
  }
}

/** The most recently active ones; the cursor brings the rest. */
function positions(rooms: readonly Room[]) {
  const lastAt = (room: Room) => room.snapshot().conversation?.lastMessage?.createdAt ?? '';
  return [...rooms]
    .sort((a, b) => lastAt(b).localeCompare(lastAt(a)))
    .slice(0, limits.syncKnown)
    .map((room) => ({ conversationId: room.id, seq: room.log.received }));
}
