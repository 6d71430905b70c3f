import type { Listing } from '../domain/listing.js';
import { lru } from '../platform/lru.js';
import type { ListingStore } from './listing.store.js';

/** Most are one or two kilobytes, and none is more than some twenty. */
const cardsMost = 5_000;

/**
 * Listings that this node has read. A listing never changes without its version, so that what is shown needs only the
 * versions from the database, which says with them what is still there.
 */
export class ListingCards {
  private readonly cards = lru<Listing>(cardsMost);

  constructor(
    private readonly listings: ListingStore,
    private readonly on: boolean,
  ) {}

  /** Those of these that are there, as they are now. */
  async getMany(ids: readonly string[]): Promise<Map<string, Listing>> {
    const known = ids.flatMap((id) => this.cards.get(id) ?? []);
    const knownIds = new Set(known.map(({ id }) => id));
    const [versions, others] = await Promise.all([
      known.length > 0 ? this.listings.versionsOf([...knownIds]) : new Map<string, number>(),
      this.read(ids.filter((id) => !knownIds.has(id))),
    ]);
    const current = known.filter(({ id, version }) => versions.get(id) === version);
    const changed = known.filter(({ id, version }) => (versions.get(id) ?? version) !== version);
    const again = await this.read(changed.map(({ id }) => id));
    return new Map([...current.map((card) => [card.id, card] as const), ...others, ...again]);
  }

  /** One as it is now; `version` is the database's answer of this moment, undefined where there is none. */
  async current(id: string, version: number | undefined): Promise<Listing | null> {
    if (version === undefined) return null;
    const known = this.cards.get(id);
    return known?.version === version ? known : ((await this.read([id])).get(id) ?? null);
  }

  /** These, when this node knows each in the version that was seen, and it is the present one; null otherwise. */
  known(
    seen: readonly (readonly [id: string, version: number])[],
    present: ReadonlyMap<string, number>,
  ): Listing[] | null {
    const found: Listing[] = [];
    for (const [id, version] of seen) {
      const card = this.cards.get(id);
      if (card?.version !== version || present.get(id) !== version) return null;
      found.push(card);
    }
    return found;
  }

  /** These, when each is there in the version that was seen; null: something has changed since. */
  async unchanged(seen: readonly (readonly [id: string, version: number])[]) {
    const known = await this.getMany(seen.map(([id]) => id));
    const found = seen.flatMap(([id, version]) => {
      const card = known.get(id);
      return card?.version === version ? [card] : [];
    });
    return found.length === seen.length ? found : null;
  }

  private async read(ids: string[]): Promise<Map<string, Listing>> {
    if (ids.length === 0) return new Map();
    const found = await this.listings.getMany(ids);
    this.keep(found.values());
    return found;
  }

  /** Called with what was read from the database in another way. */
  keep(listings: Iterable<Listing>): void {
    if (this.on) for (const listing of listings) this.cards.set(listing.id, listing);
  }
}
