import type { Connection } from './connection.js';
import type { Listing } from './contract-types.js';

type Listener = (listing: Listing) => void;

/** Listings that the app shows: asked for while somebody looks, and again after each connect. */
export class ListingWatches {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.on('listing:updated', (listing) => {
      for (const listener of this.#listeners.get(listing.id) ?? []) listener(listing);
    });
  }

  /** Called for a new socket, which watches nothing yet. */
  restart(): void {
    for (const id of this.#listeners.keys()) this.#tell('listing:watch', id);
  }

  watch(id: string, listener: Listener): () => void {
    const known = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, known.add(listener));
    if (known.size === 1) this.#tell('listing:watch', id);
    return () => {
      if (!known.delete(listener) || known.size > 0) return;
      this.#listeners.delete(id);
      this.#tell('listing:unwatch', id);
    };
  }

  /** One that is refused or lost is not shown live, and that is all. */
  #tell(event: 'listing:watch' | 'listing:unwatch', id: string): void {
    this.#connection.request(event, { listingIds: [id] }).catch(() => undefined);
  }
}
