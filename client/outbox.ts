import { backoffMs } from './backoff.js';
import type { Connection } from './connection.js';
import type { Conversations } from './conversations.js';
import { HaggleError } from './haggle-error.js';
import type { PendingMessage, Room } from './room.js';

/**
 * Messages on their way. In each conversation one after another, so that they arrive in the order they were
 * written; every try carries the same `clientMessageId`, so the log holds each once.
 */
export class Outbox {
  private readonly draining = new Map<string, Promise<void>>();

  constructor(
    private readonly connection: Connection,
    private readonly conversations: Conversations,
    private readonly behind: (conversationId: string) => void,
    private readonly newId: () => string,
  ) {}

  /** Never throws: what can't be sent now is sent after the next connect. Answers with the list key. */
  send(conversationId: string, text: string): string {
    const room = this.conversations.room(conversationId);
    const message: PendingMessage = {
      clientMessageId: this.newId(),
      text,
      createdAt: new Date().toISOString(),
      state: 'sending',
      tried: false,
    };
    room.change({ pending: [...room.snapshot().pending, message] });
    void this.drain(room);
    return message.clientMessageId;
  }

  /** Sends a failed message again, as the same message. */
  retry(conversationId: string, clientMessageId: string): void {
    const room = this.conversations.room(conversationId);
    room.changePending(clientMessageId, { state: 'sending', error: undefined });
    void this.drain(room);
  }

  discard(conversationId: string, clientMessageId: string): void {
    this.conversations.room(conversationId).changePending(clientMessageId, null);
  }

  /**
   * What was sent without an answer goes first after a connect, even before the catch-up: its answer names the
   * entry, which would otherwise show up beside the pending message for a moment.
   */
  async settleTried(): Promise<void> {
    const doubtful = this.conversations.all.filter((room) => next(room)?.tried);
    await Promise.all(doubtful.map((room) => this.drain(room)));
  }

  flush(): void {
    for (const room of this.conversations.all) void this.drain(room);
  }

  private drain(room: Room): Promise<void> {
    const running = this.draining.get(room.id);
    if (running) return running;
    const work = this.sendAll(room).finally(() => this.draining.delete(room.id));
    this.draining.set(room.id, work);
    return work;
  }

  private async sendAll(room: Room): Promise<void> {
    let failures = 0;
    for (let message = next(room); message; message = next(room)) {
      if (!this.connection.isReady) return;
      try {
        await this.sendOne(room, message);
        failures = 0;
      } catch (thrown) {
        const error = HaggleError.from(thrown);
        if (!error.retryable) {
          room.changePending(message.clientMessageId, { state: 'failed', error });
          continue;
        }
        if (!this.connection.isReady) return;
        await passed((error.retryAfterMs ?? 0) + backoffMs(failures));
        failures += 1;
      }
    }
  }

  private async sendOne(room: Room, message: PendingMessage): Promise<void> {
    const { clientMessageId, text } = message;
    room.changePending(clientMessageId, { tried: true });
    const answer = await this.connection.request('message:send', {
      conversationId: room.id,
      clientMessageId,
      kind: 'text',
      text,
    });
    if (!this.conversations.receive(answer.message, clientMessageId)) this.behind(room.id);
  }
}

const next = (room: Room) =>
  room.snapshot().pending.find((message) => message.state === 'sending' && !message.seq);

const passed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
