import type { Connection } from './connection.js';
import type { Message } from './contract-types.js';
import type { Conversations } from './conversations.js';
import type { DraftFields } from './drafts.js';
import { HaggleError } from './haggle-error.js';
import type { OutboxRecords } from './outbox-records.js';
import type { StoredMessage } from './outbox-storage.js';
import type { Photos } from './photos.js';
import { Value, type Readable } from './readable.js';
import type { PendingMessage, Room } from './room.js';
import type { Upload } from './shrink-image.js';
import { backoffMs, waitMaxMs } from './waits.js';

/** A message that was handed over. */
export interface Sent {
  /** Its list key, which never changes. */
  readonly clientMessageId: string;
  /**
   * Resolves to the message in the log, however long that takes. Rejects with a {@link HaggleError} when the server
   * refused it for good, when it was discarded or another person signed in (`DISCARDED`), or when the client was closed
   * (`CLOSED`). It does not reject when the session ends: the message is sent once its author has signed in again.
   * Needs no handler.
   */
  readonly done: Promise<Message>;
}

interface Waiter extends Sent {
  resolve(message: Message): void;
  reject(error: HaggleError): void;
}

interface OutboxParts {
  connection: Connection;
  conversations: Conversations;
  records: OutboxRecords;
  behind: (conversationId: string) => void;
  newId: () => string;
  photos: Photos | undefined;
  closed: Readable<boolean>;
}

/**
 * Pending messages. Each conversation sends one after another, so that they arrive in the order they were written;
 * every try carries the same `clientMessageId`, so the log holds each once. A message whose photos are uploaded first holds up
 * those that were written after it.
 */
export class Outbox {
  /** Everything that is pending or was refused, by conversation in the order of writing. */
  readonly list = new Value<readonly PendingMessage[]>([]);
  readonly #waiters = new Map<string, Waiter>();
  readonly #draining = new Set<Room>();
  readonly #pauses = new Set<() => void>();
  /** Gives up what is being uploaded, by message. */
  readonly #uploads = new Map<string, AbortController>();

  readonly #parts: OutboxParts;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Takes up what earlier runs of the app, and closed tabs, have left. */
  begin(userId: string): Promise<void> {
    return this.#parts.records.begin(userId, (found) => this.#takeUp(found));
  }

  /** Never throws: what can't be sent now is sent after the next connect. */
  send(conversationId: string, draft: DraftFields): Sent {
    const { closed, connection, conversations, newId, records } = this.#parts;
    if (closed.snapshot()) return refusedAtOnce(newId(), 'CLOSED');
    const room = conversations.room(conversationId);
    const message: PendingMessage = {
      ...draft,
      clientMessageId: newId(),
      conversationId,
      createdAt: new Date().toISOString(),
      state: 'sending',
      tried: false,
    };
    records.add(message, draft, connection.isReady && !draft.photos);
    room.change({ pending: [...room.snapshot().pending, message] });
    void this.#drain(room);
    return this.#waiter(message.clientMessageId);
  }

  /** Sends a refused message again, as the same message. */
  retry(clientMessageId: string): Sent {
    const room = this.#roomOf(clientMessageId);
    if (this.#parts.closed.snapshot()) return refusedAtOnce(clientMessageId, 'CLOSED');
    if (!room) return refusedAtOnce(clientMessageId, 'NOT_FOUND');
    if (room.pendingOf(clientMessageId)?.state === 'failed') {
      this.#parts.records.change(clientMessageId, { failure: undefined });
      room.changePending(clientMessageId, { state: 'sending', error: undefined });
      void this.#drain(room);
    }
    return this.#waiter(clientMessageId);
  }

  /** Discards a message. If it is being sent at this moment it may still arrive. */
  discard(clientMessageId: string): void {
    const room = this.#roomOf(clientMessageId);
    if (!room) return;
    this.#uploads.get(clientMessageId)?.abort();
    this.#parts.records.remove(clientMessageId);
    room.changePending(clientMessageId, null);
    this.#reject(clientMessageId, new HaggleError('DISCARDED'));
    this.#parts.conversations.settle(room);
  }

  /** Sends everything that waits now, even if it waits out a back-off. */
  flush(): void {
    for (const end of this.#pauses) end();
    for (const room of this.#parts.conversations.all) void this.#drain(room);
  }

  /** Called when an own message is in the log, whichever way it was learnt. */
  confirmed(clientMessageId: string, message: Message): void {
    this.#parts.records.remove(clientMessageId);
    this.#waiters.get(clientMessageId)?.resolve(message);
    this.#waiters.delete(clientMessageId);
  }

  showPending(): void {
    this.list.set(this.#parts.conversations.all.flatMap((room) => room.snapshot().pending));
  }

  /** Rejects everything that was sent in this run. */
  abandon(code: 'CLOSED' | 'DISCARDED'): void {
    for (const end of this.#pauses) end();
    for (const upload of this.#uploads.values()) upload.abort();
    for (const id of [...this.#waiters.keys()]) this.#reject(id, new HaggleError(code));
  }

  #takeUp(found: readonly StoredMessage[]): void {
    const { conversations } = this.#parts;
    for (const id of new Set(found.map(({ conversationId }) => conversationId))) {
      const room = conversations.room(id);
      const ours = found.filter(({ conversationId }) => conversationId === id).map(pendingOf);
      const { pending } = room.snapshot();
      const position = ({ clientMessageId }: PendingMessage) =>
        this.#parts.records.positionOf(clientMessageId);
      room.change({ pending: [...ours, ...pending].sort((a, b) => position(a) - position(b)) });
      void this.#drain(room);
    }
  }

  /** Runs once per room; its mark is removed in the step that finds nothing left, so that no message is missed. */
  async #drain(room: Room): Promise<void> {
    if (this.#draining.has(room)) return;
    this.#draining.add(room);
    const { closed, connection } = this.#parts;
    let failures = 0;
    for (let message = next(room); message && connection.isReady; message = next(room)) {
      try {
        await this.#sendOne(room, message);
        failures = 0;
      } catch (thrown) {
        // It waits on the device for the next run of the app.
        if (closed.snapshot()) return;
        const error = HaggleError.from(thrown);
        const { retryable, retryAfterMs = 0 } = error;
        // Such as when the photos of an hour are used up: its author sees why, and what follows goes out.
        if (!retryable || (message.photos && retryAfterMs > waitMaxMs))
          this.#refused(room, message.clientMessageId, error);
        else if (connection.isReady) {
          await this.#pause(retryAfterMs + backoffMs(failures));
          failures += 1;
        }
      }
    }
    this.#draining.delete(room);
  }

  async #sendOne(room: Room, message: PendingMessage): Promise<void> {
    const { connection, conversations, records, behind } = this.#parts;
    const { clientMessageId } = message;
    const draft = records.draftOf(clientMessageId);
    if (!draft) throw new HaggleError('DISCARDED');
    const { photos, imageIds: known, ...fields } = draft;
    const imageIds = photos ? await this.#uploaded(clientMessageId, draft) : known;
    records.change(clientMessageId, { tried: true });
    room.changePending(clientMessageId, { tried: true });
    const answer = await connection.request('message:send', {
      conversationId: room.id,
      clientMessageId,
      ...fields,
      imageIds: imageIds && [...imageIds],
    });
    if (!conversations.receive(answer.message, clientMessageId)) behind(room.id);
  }

  /**
   * Uploads what is not there yet, and returns all ids. Each is noted and stored before the message goes out, since a
   * message that is sent again must name the same ones.
   */
  async #uploaded(clientMessageId: string, draft: DraftFields): Promise<readonly string[]> {
    const { photos, records } = this.#parts;
    // Its author sees it at once; for developers the docstring of the option says so.
    if (!photos) throw new HaggleError('VALIDATION_FAILED');
    const giveUp = new AbortController();
    this.#uploads.set(clientMessageId, giveUp);
    const note = (known: readonly (Upload | string)[]) =>
      records.change(clientMessageId, { draft: { ...draft, photos: known } });
    try {
      return await photos.uploadAll(draft.photos!, giveUp.signal, note);
    } finally {
      this.#uploads.delete(clientMessageId);
      await records.stored();
    }
  }

  #refused(room: Room, clientMessageId: string, error: HaggleError): void {
    const { code, message } = error;
    this.#parts.records.change(clientMessageId, { failure: { code, message } });
    room.changePending(clientMessageId, { state: 'failed', error });
    this.#reject(clientMessageId, error);
    this.#parts.conversations.settle(room);
  }

  #roomOf(clientMessageId: string): Room | undefined {
    return this.#parts.conversations.all.find((room) => room.pendingOf(clientMessageId));
  }

  #waiter(clientMessageId: string): Sent {
    let waiter = this.#waiters.get(clientMessageId);
    if (!waiter) {
      waiter = newWaiter(clientMessageId);
      this.#waiters.set(clientMessageId, waiter);
    }
    return waiter;
  }

  #reject(clientMessageId: string, error: HaggleError): void {
    this.#waiters.get(clientMessageId)?.reject(error);
    this.#waiters.delete(clientMessageId);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#pauses.add(end);
    });
  }
}

const next = (room: Room) =>
  room.snapshot().pending.find((message) => message.state === 'sending' && !message.seq);

function newWaiter(clientMessageId: string): Waiter {
  let settle!: Pick<Waiter, 'resolve' | 'reject'>;
  const done = new Promise<Message>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // An app that only reads the snapshot needs no handler.
  done.catch(() => undefined);
  return { clientMessageId, done, ...settle };
}

function refusedAtOnce(clientMessageId: string, code: 'CLOSED' | 'NOT_FOUND'): Sent {
  const waiter = newWaiter(clientMessageId);
  waiter.reject(new HaggleError(code));
  return waiter;
}

function pendingOf({ draft, failure, ...stored }: StoredMessage): PendingMessage {
  const { clientMessageId, conversationId, createdAt, tried } = stored;
  const message = { ...draft, clientMessageId, conversationId, createdAt, tried };
  if (!failure) return { ...message, state: 'sending' };
  const error = new HaggleError(failure.code, { message: failure.message });
  return { ...message, state: 'failed', error };
}
