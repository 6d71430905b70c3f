import type { DraftFields } from './drafts.js';

/**
 * A pending message as it is kept between two runs of the app: plain JSON, except for the photos of its draft, which are a
 * `Blob` where the platform has them.
 */
export interface StoredMessage {
  readonly clientMessageId: string;
  readonly conversationId: string;
  /** The author: nobody else on this device ever sees or sends it. */
  readonly userId: string;
  /** The run of the app, or the tab, that sends the message. */
  readonly owner: string;
  /** Grows in the order of writing. */
  readonly position: number;
  readonly createdAt: string;
  readonly draft: DraftFields;
  /** Whether the server may have it. */
  readonly tried: boolean;
  /** Why it was refused; left out while it is still to be sent. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/**
 * Keeps unconfirmed messages. When a storage rejects, or never answers, messages only lose their survival of a restart:
 * those of this run are kept in memory as well.
 */
export interface OutboxStorage {
  /** Loads all messages of this person, in any order. */
  load(userId: string): Promise<readonly StoredMessage[]>;
  /** Adds the message, or replaces the one with the same `clientMessageId`. */
  put(message: StoredMessage): Promise<void>;
  remove(clientMessageId: string): Promise<void>;
  /** Removes everything of this person, who has signed out. */
  clear(userId: string): Promise<void>;
  /** Whether other tabs use it at the same time: then Web Locks, where they exist, say whose messages are orphaned. */
  readonly shared?: boolean;
}

/** Lasts as long as the process; the default where there is no IndexedDB. */
export function memoryOutbox(): OutboxStorage {
  const kept = new Map<string, StoredMessage>();
  return {
    load: (userId) => Promise.resolve([...kept.values()].filter((one) => one.userId === userId)),
    put: (message) => {
      kept.set(message.clientMessageId, message);
      return Promise.resolve();
    },
    remove: (clientMessageId) => {
      kept.delete(clientMessageId);
      return Promise.resolve();
    },
    clear: (userId) => {
      for (const [id, one] of kept) if (one.userId === userId) kept.delete(id);
      return Promise.resolve();
    },
  };
}
