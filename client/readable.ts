/**
 * Something to show: the present value, and a call whenever it changes. The value is immutable and the same object
 * until it changes, so it works with React's `useSyncExternalStore` and its kin.
 */
export interface Readable<T> {
  snapshot(): T;
  /** Returns a function that ends the subscription. */
  subscribe(listener: () => void): () => void;
}

/** Calls an app's listener. If it throws, that is reported as uncaught, and nothing here stops. */
function callApart(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

/** A {@link Readable} whose owner sets it. */
export class Value<T> implements Readable<T> {
  readonly #listeners = new Set<() => void>();

  #value: T;
  /** Called when somebody begins or stops to look. */
  readonly #watched: (() => void) | undefined;

  constructor(value: T, watched?: () => void) {
    this.#value = value;
    this.#watched = watched;
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  snapshot(): T {
    return this.#value;
  }

  set(value: T): void {
    if (value === this.#value) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) callApart(listener);
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.subscribe(() => {
        end();
        resolve();
      });
    });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#watched?.();
    return () => {
      this.#listeners.delete(listener);
      this.#watched?.();
    };
  }
}

/** Keeps who listens to which event. */
export class Listeners<Events> {
  readonly #all = new Map<keyof Events, Set<(event: never) => void>>();

  /** Returns a function that ends it. */
  add<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    const group = this.#all.get(name) ?? new Set();
    this.#all.set(name, group);
    group.add(listener);
    return () => {
      group.delete(listener);
    };
  }

  tell<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of [...(this.#all.get(name) ?? [])])
      callApart(() => listener(event as never));
  }
}
