import type { OutboxStorage, StoredMessage } from './outbox-storage.js';

/** The parts of IndexedDB that are used here; Node has no types for it. */
interface Request<T> {
  readonly result: T;
  readonly error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface Store {
  getAll(): Request<StoredMessage[]>;
  put(value: StoredMessage): unknown;
  delete(key: string): unknown;
}
interface Transaction {
  objectStore(name: string): Store;
  readonly error: Error | null;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
}
interface Database {
  transaction(store: string, mode: 'readonly' | 'readwrite'): Transaction;
  createObjectStore(name: string, options: { keyPath: string }): unknown;
  close(): void;
  onclose: (() => void) | null;
  onversionchange: (() => void) | null;
}
export interface Databases {
  open(name: string, version: number): Request<Database> & { onupgradeneeded: (() => void) | null };
}

const store = 'messages';

/** IndexedDB of this platform, if it has one. */
export const findIndexedDb = (): Databases | undefined =>
  (globalThis as { indexedDB?: Databases }).indexedDB;

/** Keeps the outbox in a browser; its tabs share it. Opened when first needed, and again after it was closed. */
export function indexedDbOutbox(
  name = 'haggle-outbox',
  databases: Databases | undefined = findIndexedDb(),
): OutboxStorage {
  let opened: Promise<Database> | undefined;

  const open = (): Promise<Database> => {
    if (!databases) return Promise.reject(new Error('IndexedDB failed'));
    const request = databases.open(name, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(store, { keyPath: 'clientMessageId' });
    return answerOf(request).then((database) => {
      const forget = () => {
        database.close();
        opened = undefined;
      };
      // The browser drops the database (storage cleared), or another tab wants it gone: so let it go.
      database.onclose = forget;
      database.onversionchange = forget;
      return database;
    });
  };
  const write = async (change: (messages: Store) => void): Promise<void> => {
    const transaction = (await connected()).transaction(store, 'readwrite');
    change(transaction.objectStore(store));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(asError(transaction.error));
    });
  };
  const connected = (): Promise<Database> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const load = async (userId: string): Promise<StoredMessage[]> => {
    const transaction = (await connected()).transaction(store, 'readonly');
    const all = await answerOf(transaction.objectStore(store).getAll());
    return all.filter((message) => message.userId === userId);
  };

  return {
    shared: true,
    load,
    put: (message) => write((messages) => messages.put(message)),
    remove: (clientMessageId) => write((messages) => messages.delete(clientMessageId)),
    clear: async (userId) => {
      const all = await load(userId);
      await write((messages) => {
        for (const { clientMessageId } of all) messages.delete(clientMessageId);
      });
    },
  };
}

function answerOf<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(asError(request.error));
  });
}

/** An abort by the browser itself names no error. */
const asError = (error: Error | null): Error => error ?? new Error('IndexedDB failed');
