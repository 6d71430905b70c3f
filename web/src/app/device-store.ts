/**
 * What the app keeps on the device in IndexedDB, by name. A browser that keeps nothing (a private window, a full disk)
 * loses only that: nothing here ever rejects.
 */
export function deviceStore(databaseName: string, store: string) {
  let opened: Promise<IDBDatabase> | undefined;

  const open = async (): Promise<IDBDatabase> => {
    const request = indexedDB.open(databaseName, 1);
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
  };
  const connected = (): Promise<IDBDatabase> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const write = (change: (kept: IDBObjectStore) => IDBRequest): Promise<void> =>
    connected()
      .then((database) =>
        answerOf(change(database.transaction(store, 'readwrite').objectStore(store))),
      )
      .then(() => undefined)
      .catch(() => undefined);

  return {
    keep: (name: string, value: unknown): Promise<void> => write((kept) => kept.put(value, name)),
    forget: (name: string): Promise<void> => write((kept) => kept.delete(name)),
    /** All whose names begin so. */
    forgetAll: (start: string): Promise<void> =>
      write((kept) => kept.delete(IDBKeyRange.bound(start, `${start}\uffff`))),
    /** Undefined when it is not there, or cannot be read. */
    read: (name: string): Promise<unknown> =>
      connected()
        .then((database) =>
          answerOf<unknown>(database.transaction(store).objectStore(store).get(name)),
        )
        .catch(() => undefined),
  };
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('the storage failed', { cause: request.error }));
  });
