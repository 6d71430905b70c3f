import type { DraftFields } from './drafts.js';

/** A message on its way as it is kept between two runs of the app: plain JSON. */
export interface StoredMessage {
  readonly clientMessageId: string;
  readonly conversationId: string;
  /** Whose message it is: nobody else on this device ever sees or sends it. */
  readonly userId: string;
  /** The run of the app, or the tab, that sends it. */
  readonly owner: string;
  /** Ascending in the order of writing. */
  readonly position: number;
  readonly createdAt: string;
  readonly draft: DraftFields;
  /** The server may have it. */
  readonly tried: boolean;
  /** Why it was refused; left out while it is to be sent. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/**
 * Where messages wait that were not confirmed yet. One that rejects, or never answers, costs nothing but the survival
 * of a restart: the messages of this run are kept in memory as well.
 */
export interface OutboxStorage {
  /** Everything of this person, in any order. */
  load(userId: string): Promise<readonly StoredMessage[]>;
  /** Adds it, or replaces the one with the same `clientMessageId`. */
  put(message: StoredMessage): Promise<void>;
  remove(clientMessageId: string): Promise<void>;
  /** Signed out: nothing of this person stays. */
  clear(userId: string): Promise<void>;
  /** Other tabs use it at the same time: then Web Locks, where there are some, say whose messages are orphaned. */
  readonly shared?: boolean;
}

/** Lasts as long as the process: the default where there is no IndexedDB. */
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
