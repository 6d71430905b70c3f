import { callApart } from './readable.js';

/** Who wants to hear of what. */
export class Listeners<Events> {
  readonly #all = new Map<keyof Events, Set<(event: never) => void>>();

  /** Answers with the function that ends it. */
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
