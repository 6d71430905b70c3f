import type { Conversation } from '../domain/conversation.js';
import { isShown, type Entry } from '../domain/entry.js';
import { Batcher } from '../platform/batcher.js';
import type { Logger } from '../platform/logger.js';
import type { InboxStore } from './inbox.store.js';

/** Updating the inbox costs more than storing an entry, so it happens at most about once a second per conversation. */
const windowMs = 1_000;

interface Noted {
  conversationId: string;
  people: readonly string[];
  entry: Entry;
}

/**
 * Brings inbox rows up to the log, after the acknowledgement. The relay repeats what is lost when a node dies within
 * the second.
 */
export class Projections {
  private readonly batcher: Batcher<Noted>;

  constructor({ inbox, log }: { inbox: InboxStore; log: Logger }) {
    this.batcher = new Batcher({
      windowMs,
      max: 500,
      oneAtATime: true,
      // The newest entry of each kind is enough for a conversation: see `InboxStore.project`.
      keyOf: ({ conversationId, entry }) => `${conversationId}:${isShown(entry)}`,
      merge: (earlier, later) => (earlier.entry.seq >= later.entry.seq ? earlier : later),
      write: (noted) => inbox.project(noted),
      lost: (reason) => log.warn({ reason }, 'projection left to the relay'),
    });
  }

  note({ id, people }: Conversation, entry: Entry): void {
    this.batcher.note({ conversationId: id, people, entry });
  }

  /** Writes what is noted; also the last act before the process ends. */
  flush(): Promise<void> {
    return this.batcher.flush();
  }

  /** Writes what is noted for this person. */
  flushOf(userId: string): Promise<void> {
    return this.batcher.flush(({ people }) => people.includes(userId));
  }
}
