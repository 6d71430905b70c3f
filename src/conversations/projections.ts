import type { Conversation } from '../domain/conversation.js';
import { isShown, type Entry } from '../domain/entry.js';
import { Batcher } from '../platform/batcher.js';
import type { Logger } from '../platform/logger.js';
import type { InboxStore } from './inbox.store.js';

/** Updating the inbox costs more than storing an entry, so it happens at most about once a second per conversation. */
const windowMs = 1_000;
/** Conversations are spread over so many batches, so that no write holds all that one second brought. */
const lanes = 8;

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
  private readonly batchers: Batcher<Noted>[];

  constructor({ inbox, log }: { inbox: InboxStore; log: Logger }) {
    const batcher = () =>
      new Batcher<Noted>({
        windowMs,
        max: 500,
        oneAtATime: true,
        // The newest entry of each kind is enough for a conversation: see `InboxStore.project`.
        keyOf: ({ conversationId, entry }) =>
          isShown(entry) ? conversationId : `${conversationId}:change`,
        merge: (earlier, later) => (earlier.entry.seq >= later.entry.seq ? earlier : later),
        write: (noted) => inbox.project(noted),
        lost: (reason) =>
          log.warn({ reason }, 'inbox rows were not written: the relay will write them'),
      });
    this.batchers = Array.from({ length: lanes }, batcher);
  }

  note({ id, people }: Conversation, entry: Entry): void {
    // The last digit of an id is as good as random.
    const lane = this.batchers[id.charCodeAt(id.length - 1) % lanes]!;
    lane.note({ conversationId: id, people, entry });
  }

  /** Writes what is noted; also the last act before the process ends. */
  flush(): Promise<void> {
    return this.flushAll();
  }

  /** Writes what is noted for this person. */
  flushOf(userId: string): Promise<void> {
    return this.flushAll(({ people }) => people.includes(userId));
  }

  private async flushAll(which?: (noted: Noted) => boolean): Promise<void> {
    await Promise.all(this.batchers.map((one) => one.flush(which)));
  }
}
