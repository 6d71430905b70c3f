import type { Logger } from '../platform/logger.js';
import type { Conversation } from '../domain/conversation.js';
import { isShown, type Entry } from '../domain/entry.js';
import type { InboxStore } from './inbox.store.js';

/** Updating the inbox costs more than storing the entry: so at most about once a second per conversation. */
const pauseMs = 1_000;
const batch = 500;

interface Noted {
  people: readonly string[];
  entry: Entry;
}

/**
 * Brings inbox rows up to the log, off the path of the acknowledgement. What is lost here (a node that dies within
 * the second) the relay projects again.
 */
export class Projections {
  private noted = new Map<string, Noted>();
  private timer: NodeJS.Timeout | undefined;
  private running = Promise.resolve();

  constructor(private readonly deps: { inbox: InboxStore; log: Logger }) {}

  /** Of a conversation the newest entry of each sort is enough: see {@link InboxStore.project}. */
  note(conversation: Conversation, entry: Entry): void {
    const key = `${conversation.id}:${isShown(entry)}`;
    const known = this.noted.get(key);
    if (known && known.entry.seq >= entry.seq) return;
    this.noted.set(key, { people: conversation.people, entry });
    this.timer ??= setTimeout(() => void this.flush(), pauseMs);
  }

  /** Writes what is noted; also the last act before the process ends. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const noted = [...this.noted.values()];
    this.noted = new Map();
    return this.writeNext(noted);
  }

  /** Writes what is noted for this person. */
  flushOf(userId: string): Promise<void> {
    const theirs = [...this.noted].filter(([, { people }]) => people.includes(userId));
    for (const [key] of theirs) this.noted.delete(key);
    return this.writeNext(theirs.map(([, noted]) => noted));
  }

  private writeNext(noted: Noted[]): Promise<void> {
    this.running = this.running.then(() => this.write(noted));
    return this.running;
  }

  private async write(noted: Noted[]): Promise<void> {
    for (let at = 0; at < noted.length; at += batch) {
      try {
        await this.deps.inbox.project(noted.slice(at, at + batch));
      } catch (error) {
        this.deps.log.warn({ reason: (error as Error).message }, 'projection left to the relay');
      }
    }
  }
}
