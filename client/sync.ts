import { limits } from '../src/contract/limits.js';
import type { Connection } from './connection.js';
import type { Conversations } from './conversations.js';
import type { Room } from './room.js';

/** Pages of one catch-up; more means that the server and this device will never agree. */
const mostRounds = 500;

/** Fetches what was missed. Never two pulls at a time: one that is asked for meanwhile follows. */
export class Sync {
  private cursor: string | undefined;
  private epoch: string | undefined;
  private running: Promise<void> | undefined;
  private everything = false;
  private readonly behind = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly conversations: Conversations,
  ) {}

  /** A new epoch: the database was restored, and positions of before mean nothing. */
  startEpoch(epoch: string): void {
    if (this.epoch !== undefined && this.epoch !== epoch) {
      this.forget();
      this.conversations.restart();
    }
    this.epoch = epoch;
  }

  forget(): void {
    this.cursor = undefined;
    this.epoch = undefined;
    this.behind.clear();
  }

  /** Brings one conversation up to date, or (without an id) all of them. */
  pull(conversationId?: string): Promise<void> {
    if (conversationId === undefined) this.everything = true;
    else this.behind.add(conversationId);
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    while (this.everything || this.behind.size > 0) {
      const rooms = this.everything
        ? this.conversations.all
        : [...this.behind].map((id) => this.conversations.room(id));
      this.everything = false;
      this.behind.clear();
      await this.catchUp(rooms);
    }
  }

  private async catchUp(rooms: readonly Room[]): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const answer = await this.connection.request('sync:pull', {
        known: positions(rooms),
        ...(this.cursor === undefined ? {} : { cursor: this.cursor }),
      });
      this.conversations.takeSync(answer);
      this.cursor = answer.cursor;
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
    .map((room) => ({ conversationId: room.id, seq: room.log.last }));
}
