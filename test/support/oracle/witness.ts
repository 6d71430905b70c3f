import { randomUUID } from 'node:crypto';
import type { view } from '../../../src/contract/index.js';
import { eventually } from '../eventually.js';
import type { DeviceSocket, Person } from '../person.js';
import type { ServerProcess } from '../server-process.js';
import type { FactBook } from './fact-book.js';
import type { Position, Sent } from './facts.js';
import { isDrawn } from './oracle.js';

type Draft = { conversationId: string; text: string; clientMessageId: string };

/**
 * A device that does what the protocol asks of one, and writes down what happens to it: shows entries in order, pulls
 * where something is missing, after a hint and after a reconnect, and sends again with the same id.
 */
export class Witness {
  private readonly shown = new Map<string, view.Message[]>();
  private readonly early = new Map<string, Map<number, view.Message>>();
  private readonly positions = new Map<string, Position>();
  private readonly confirming = new Set<string>();
  /** Hints that it got. */
  hints = 0;

  private constructor(
    private readonly name: string,
    private readonly person: Person,
    readonly device: DeviceSocket,
    private readonly book: FactBook,
  ) {
    const { socket } = device;
    socket.on('message:new', ({ message }: { message: view.Message }) => {
      if (!this.take(message)) void this.pull(message.conversationId);
    });
    socket.on('sync:hint', ({ conversationId }: { conversationId: string }) => {
      this.hints += 1;
      void this.pull(conversationId);
    });
    socket.on('session:ready', () => {
      for (const id of this.shown.keys()) void this.pull(id);
    });
    socket.on('receipt:updated', (told: Omit<Position, 'device'>) => {
      // Nodes tell of moves in no common order: a device keeps the furthest.
      const key = `${told.conversationId} ${told.userId}`;
      const { deliveredSeq = 0, readSeq = 0 } = this.positions.get(key) ?? {};
      const position = {
        device: name,
        userId: told.userId,
        conversationId: told.conversationId,
        deliveredSeq: Math.max(deliveredSeq, told.deliveredSeq),
        readSeq: Math.max(readSeq, told.readSeq),
      };
      this.positions.set(key, position);
      book.wasTold(position);
    });
    // What it showed when it left is no longer of interest.
    book.shows(() =>
      (socket.active ? [...this.shown] : []).map(([conversationId, entries]) => ({
        device: name,
        personId: person.id,
        conversationId,
        entries: entries
          .filter(({ kind }) => isDrawn(kind))
          .map(({ seq, text, state }) => ({ seq, text, state })),
      })),
    );
  }

  /** Connects at a gateway; knows of no conversation yet. */
  static async connects(
    name: string,
    person: Person,
    gateway: ServerProcess,
    book: FactBook,
  ): Promise<Witness> {
    return new Witness(name, person, await person.connects(gateway), book);
  }

  lastSeq(conversationId: string): number {
    return this.shown.get(conversationId)?.at(-1)?.seq ?? 0;
  }

  texts(conversationId: string): (string | undefined)[] {
    return (this.shown.get(conversationId) ?? []).map(({ text }) => text);
  }

  /** One try. Null when no answer came; the entry may be stored all the same. */
  async tries(draft: Draft, deadlineMs?: number) {
    const { conversationId, clientMessageId, text } = draft;
    const sent: Sent = {
      device: this.name,
      personId: this.person.id,
      kind: 'text',
      conversationId,
      clientMessageId,
      text,
    };
    this.book.wasSent(sent);
    const answer = await this.device.ask('message:send', draft, deadlineMs).catch(() => null);
    if (!answer) return null;
    if (!answer.ok) {
      sent.refused = true;
      if (answer.error.retryable) return null;
      throw new Error(`${text}: ${JSON.stringify(answer.error)}`);
    }
    const { message, duplicate } = answer.data;
    this.acknowledges(draft, message);
    return { message, duplicate };
  }

  /** As an app's outbox does: again with the same id until there is an answer. */
  sends(conversationId: string, text: string, clientMessageId: string = randomUUID()) {
    return eventually(
      `${this.name} has sent ${text}`,
      () => this.tries({ conversationId, text, clientMessageId }, 8_000),
      50_000,
    );
  }

  /** The answer to its own message, by whichever door. */
  acknowledges({ conversationId, clientMessageId }: Draft, message: view.Message): void {
    const { seq } = message;
    this.book.wasAcknowledged({ device: this.name, conversationId, clientMessageId, seq });
    if (!this.take(message)) void this.pull(conversationId);
  }

  /** What was missed; an answer that does not come is made up for by the next reason to ask. */
  async pull(conversationId: string): Promise<void> {
    const known = [{ conversationId, seq: this.lastSeq(conversationId) }];
    const answer = await this.device.ask('sync:pull', { known }).catch(() => null);
    if (!answer?.ok) return;
    for (const message of answer.data.messages) this.take(message);
  }

  /** False: something before it is missing. */
  private take(message: view.Message): boolean {
    const { conversationId } = message;
    const shown = this.shown.get(conversationId) ?? [];
    this.shown.set(conversationId, shown);
    const early = this.early.get(conversationId) ?? new Map<number, view.Message>();
    this.early.set(conversationId, early);
    early.set(message.seq, message);
    for (
      let next = early.get(this.lastSeq(conversationId) + 1);
      next;
      next = early.get(next.seq + 1)
    ) {
      shown.push(next);
      this.book.wasSeen({
        device: this.name,
        personId: this.person.id,
        conversationId,
        seq: next.seq,
      });
    }
    void this.confirms(conversationId);
    return message.seq <= this.lastSeq(conversationId);
  }

  /** Says what it has got, one word at a time; what goes wrong is said with the next entry. */
  private async confirms(conversationId: string): Promise<void> {
    if (this.confirming.has(conversationId)) return;
    this.confirming.add(conversationId);
    const seq = this.lastSeq(conversationId);
    await this.device.ask('receipt:delivered', { conversationId, seq }).catch(() => null);
    this.confirming.delete(conversationId);
    if (this.device.socket.connected && seq < this.lastSeq(conversationId))
      void this.confirms(conversationId);
  }
}
