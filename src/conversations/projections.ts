import type { Conversation } from '../domain/conversation.js';
import { isShown, type Entry } from '../domain/entry.js';
import { Batcher } from '../platform/batcher.js';
import type { Logger } from '../platform/logger.js';
import type { InboxStore } from './inbox.store.js';

/** Updating the inbox costs more than storing the entry: so at most about once a second per conversation. */
const windowMs = 1_000;

interface Noted {
  conversationId: string;
  people: readonly string[];
  entry: Entry;
}

/**
 * Brings inbox rows up to the log, off the path of the acknowledgement. What is lost here (a node that dies within
 * the second) the relay projects again.
 */
export class Projections {
  private readonly batcher: Batcher<Noted>;

  constructor({ inbox, log }: { inbox: InboxStore; log: Logger }) {
    this.batcher = new Batcher({
      windowMs,
      max: 500,
      oneAtATime: true,
      // Of a conversation the newest entry of each sort is enough: see `InboxStore.project`.
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
