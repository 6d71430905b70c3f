/**
 * Chosen files, kept on this device until their form is sent, given up, or its person signs out. A browser that keeps
 * nothing (a private window, a full disk) loses only that: the form that is open has them in memory.
 */
export const photoFiles = {
  keep: (name: string, file: File): void => void write((files) => files.put(file, name)),
  forget: (name: string): void => void write((files) => files.delete(name)),
  /** All whose names begin so. */
  forgetAll: (start: string): void =>
    void write((files) => files.delete(IDBKeyRange.bound(start, `${start}\uffff`))),
  /** Undefined when it is not there, or cannot be read. */
  read: (name: string): Promise<File | undefined> =>
    connected()
      .then((database) => answerOf(database.transaction(store).objectStore(store).get(name)))
      .then((found: unknown) => (found instanceof File ? found : undefined))
      .catch(() => undefined),
};

const store = 'files';
let opened: Promise<IDBDatabase> | undefined;

function connected(): Promise<IDBDatabase> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open('haggle-photos', 1);
  request.onupgradeneeded = () => request.result.createObjectStore(store);
  const database = await answerOf(request);
  const forget = () => {
    database.close();
    opened = undefined;
  };
  // The browser drops the database, or another tab wants it gone.
  database.onclose = forget;
  database.onversionchange = forget;
  return database;
}

const write = (change: (files: IDBObjectStore) => IDBRequest): Promise<void> =>
  connected()
    .then((database) => {
      change(database.transaction(store, 'readwrite').objectStore(store));
    })
    .catch(() => undefined);

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('the storage failed', { cause: request.error }));
  });
