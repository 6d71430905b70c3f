import { randomUUID } from 'node:crypto';
import {
  HaggleError,
  createHaggleClient,
  type HaggleClient,
  type RoomHandle,
} from '../../client/index.js';
import { DeviceLine } from '../support/chaos/device-line.js';
import type { FactBook } from '../support/oracle/fact-book.js';
import type { Shown } from '../support/oracle/facts.js';
import type { Person } from '../support/person.js';
import type { ServerProcess } from '../support/server-process.js';

/** A device with the client library in it, that writes down what it does, learns and shows. */
export class ModelDevice {
  private readonly client: HaggleClient;
  private readonly room: RoomHandle;
  private lastId = '';
  private seenSeq = 0;
  /** Errors of the library that are no refusal: nothing that an app could expect. */
  readonly surprises: unknown[] = [];

  private constructor(
    readonly name: string,
    readonly person: Person,
    readonly line: DeviceLine,
    readonly conversationId: string,
    private readonly book: FactBook,
  ) {
    this.client = createHaggleClient({
      url: line.url,
      userId: person.id,
      getToken: () => Promise.resolve(person.accessToken),
      newId: () => (this.lastId = randomUUID()),
    });
    this.room = this.client.room(conversationId);
    this.room.subscribe(() => this.look());
    book.shows(() => [
      { device: name, personId: person.id, conversationId, entries: this.shows() },
    ]);
  }

  static async of(
    person: Person,
    name: string,
    gateways: ServerProcess[],
    prefers: number,
    conversationId: string,
    book: FactBook,
  ): Promise<ModelDevice> {
    const line = await DeviceLine.open(gateways, prefers);
    return new ModelDevice(name, person, line, conversationId, book);
  }

  connect(): void {
    this.client.connect();
  }

  disconnect(): void {
    this.client.disconnect();
  }

  /** Does not sit out a wait for the next try. */
  hurry(): void {
    this.client.wake();
  }

  close(): void {
    this.client.close();
    this.line.close();
  }

  get isLive(): boolean {
    return this.client.state.snapshot().phase === 'live';
  }

  get isConnectedOrTrying(): boolean {
    return this.client.state.snapshot().phase !== 'idle';
  }

  /** Nothing is on its way. */
  get isDone(): boolean {
    return this.pending === 0;
  }

  /** Messages that have no answer yet. */
  get pending(): number {
    return this.room.snapshot().pending.length;
  }

  get lastSeq(): number {
    return this.room.snapshot().log.at(-1)?.seq ?? 0;
  }

  sends(text: string): void {
    const { clientMessageId, done } = this.room.send({ text });
    this.book.wasSent({ ...this.fact(clientMessageId), kind: 'text', text });
    this.watches(done, ({ seq }) =>
      this.book.wasAcknowledged({ ...this.fact(clientMessageId), seq }),
    );
  }

  /** The own messages that can still be changed, as it shows them; the first word was pushed and is left alone. */
  get ownTexts(): number[] {
    return this.room
      .snapshot()
      .entries.filter(({ message }) => message.senderId === this.person.id)
      .filter(({ message }) => message.kind === 'text' && message.state !== 'unsent')
      .filter(({ message }) => message.seq > 1)
      .map(({ message }) => message.seq);
  }

  edits(targetSeq: number, text: string): void {
    this.lastId = '';
    this.watches(this.room.edit(targetSeq, text));
    this.intended({ kind: 'edit', text, targetSeq });
  }

  unsends(targetSeq: number): void {
    this.lastId = '';
    this.watches(this.room.unsend(targetSeq));
    this.intended({ kind: 'unsend', targetSeq });
  }

  /**
   * The library takes the id of an intent before it asks anybody; none for one that it has not got an answer to: that
   * goes under the id which it was written down with.
   */
  private intended(said: { kind: 'edit' | 'unsend'; text?: string; targetSeq: number }): void {
    if (this.lastId !== '') this.book.wasSent({ ...this.fact(this.lastId), ...said });
  }

  readsAll(): void {
    this.room.markRead(this.lastSeq);
  }

  private fact(clientMessageId: string) {
    const { name: device, conversationId } = this;
    return { device, personId: this.person.id, conversationId, clientMessageId };
  }

  private watches<T>(done: Promise<T>, then: (result: T) => void = () => undefined): void {
    done.then(then).catch((error: unknown) => {
      if (!(error instanceof HaggleError)) this.surprises.push(error);
    });
  }

  /** Writes down what is new on the screen. */
  private look(): void {
    const { log, conversation } = this.room.snapshot();
    const { name: device, conversationId } = this;
    for (const { seq } of log.filter((entry) => entry.seq > this.seenSeq)) {
      this.seenSeq = seq;
      this.book.wasSeen({ device, personId: this.person.id, conversationId, seq });
    }
    for (const [userId, position] of Object.entries(conversation?.cursors ?? {}))
      // One's own moves ahead of the server's word.
      if (userId !== this.person.id)
        this.book.wasTold({ device, userId, conversationId, ...position });
  }

  private shows(): Shown[] {
    return this.room
      .snapshot()
      .entries.map(({ message: { seq, text, state } }) => ({ seq, text, state }));
  }
}
