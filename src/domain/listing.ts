/** One object holds all rules of a listing, and so one file: whether something is allowed is answered here. */

import { Refusal, invalid } from '../contract/errors.js';
import { limits } from '../contract/limits.js';
import { tradeLimits } from '../contract/trade-limits.js';
import type { request, view } from '../contract/index.js';
import { endsWait, nextBump } from './bump.js';
import { blur, type Coordinates } from './grid.js';
import type { StoredImage } from './image.js';
import type { ListingNews } from './listing-news.js';

export type { Coordinates } from './grid.js';

export interface ListingSnapshot {
  id: string;
  sellerId: string;
  title: string;
  description: string;
  /** In won; 0: it is given away. */
  price: number;
  currency: 'KRW';
  category: view.Category;
  /** In the order in which the seller put them; the first is the cover. */
  images: StoredImage[];
  /** Blurred. The exact place is not even kept, since somebody could find it by asking the feed circle by circle. */
  location: Coordinates | null;
  state: view.ListingState;
  offersEnabled: boolean;
  /** Hours that an offer stands without an answer. */
  offerHours: number;
  /** Offers below it are declined by themselves; nobody but the owner may learn of it. null: none. */
  minimum: number | null;
  /** Offers at or above it are accepted by themselves; nobody but the owner may learn of it. null: none. */
  autoAccept: number | null;
  /** The open deal that holds it; null: none does. */
  dealId: string | null;
  /** The owner says that it was sold, but to nobody from here; this can be taken back. */
  soldElsewhere: boolean;
  /** The deal by which it was sold; null: by none. */
  soldBy: string | null;
  /** Why it is out of everybody's sight but its owner's; null: it is not blinded. */
  blinded: Blinding | null;
  /** Whether nobody was told yet that it is on sale. */
  unannounced: boolean;
  /** Grows with every change. */
  version: number;
  /** When it last came to the top of the feed; orders the feed. */
  bumpedAt: Date;
  /** How often its owner moved it there. */
  bumps: number;
  /** When a cut of the price last ended the wait for that; null: never. */
  waitEndedAt: Date | null;
  /** Since when it has its price. */
  pricedAt: Date;
  /** The lowest price that it ever had since it left the drafts. */
  lowestPrice: number;
  createdAt: Date;
}

/** Why a listing was taken out of sight, by a moderator or for its words, and the state that it goes back to. */
export interface Blinding {
  reason: view.BlindReason;
  /** The banned terms that were found. */
  terms?: string[];
  at: Date;
  was: view.ListingState;
}

/** Whether a buyer can offer a whole step that is at least the floor and below the price. */
const hasOfferBelow = (price: number): boolean => {
  const { offerStepWon, offerFloorShare } = limits;
  return Math.ceil((price * offerFloorShare) / offerStepWon) * offerStepWon < price;
};

/** States in which nobody but the owner sees it. */
const unseen: readonly view.ListingState[] = ['draft', 'hidden', 'blinded', 'removed'];

/** The fields that conversations show of a listing beside its cover: see `presentCard`. */
const onCard = ['title', 'price', 'state', 'category', 'offersEnabled', 'offerHours'] as const;

/** A change as its owner asks for it, with the images that were found under the ids. */
export type ListingEdit = Omit<request.EditListing, 'imageIds'> & { images?: StoredImage[] };

/**
 * A thing for sale (or to give away, at price 0) and who sells it. One object holds all rules of a listing, and so one
 * file.
 */
export class Listing {
  /** `cardChanged`: conversations still show an older state; `news`: what nobody was told of yet. */
  constructor(
    private readonly is: ListingSnapshot,
    readonly cardChanged = false,
    readonly news: readonly ListingNews[] = [],
  ) {}

  static create(
    input: request.CreateListing,
    by: { id: string; sellerId: string; now: Date; images?: StoredImage[] },
  ): Listing {
    const is: ListingSnapshot = {
      id: by.id,
      sellerId: by.sellerId,
      title: input.title,
      description: input.description,
      price: input.price,
      currency: input.currency,
      category: input.category,
      images: by.images ?? [],
      location: input.location ? blur(input.location) : null,
      state: input.state ?? 'onSale',
      offersEnabled: input.offers?.enabled ?? true,
      offerHours: input.offers?.hours ?? limits.offerHours,
      minimum: input.offers?.minimum ?? null,
      autoAccept: input.offers?.autoAccept ?? null,
      dealId: null,
      soldElsewhere: false,
      soldBy: null,
      blinded: null,
      unannounced: true,
      version: 1,
      bumpedAt: by.now,
      bumps: 0,
      waitEndedAt: null,
      pricedAt: by.now,
      lowestPrice: input.price,
      createdAt: by.now,
    };
    const listing = new Listing(is, false, is.state === 'onSale' ? [{ kind: 'published' }] : []);
    listing.mustHaveSoundLimits();
    return listing;
  }

  get id(): string {
    return this.is.id;
  }
  get sellerId(): string {
    return this.is.sellerId;
  }
  get title(): string {
    return this.is.title;
  }
  get price(): number {
    return this.is.price;
  }
  /** Since when it has its price. */
  get pricedAt(): Date {
    return this.is.pricedAt;
  }
  /** The deal by which it was sold; null: by none. */
  get soldBy(): string | null {
    return this.is.soldBy;
  }
  get location(): Coordinates | null {
    return this.is.location;
  }
  get version(): number {
    return this.is.version;
  }
  get state(): view.ListingState {
    return this.is.state;
  }

  get images(): readonly StoredImage[] {
    return this.is.images;
  }

  /** What stands for it in lists; undefined: it has no image, or others must not see it any more. */
  get cover(): StoredImage | undefined {
    return ['blinded', 'removed'].includes(this.is.state) ? undefined : this.is.images[0];
  }

  /** Ids of the images that `before` had and it no longer needs: all, once it is removed. */
  imagesGoneSince(before: Listing): string[] {
    const kept = new Set(this.is.state === 'removed' ? [] : this.is.images.map(({ id }) => id));
    return before.images.map(({ id }) => id).filter((id) => !kept.has(id));
  }

  snapshot(): ListingSnapshot {
    return { ...this.is };
  }

  isSoldBy(userId: string): boolean {
    return this.is.sellerId === userId;
  }

  /** Only the owner sees drafts, hidden and blinded listings; nobody sees removed ones. */
  isVisibleTo(userId: string): boolean {
    if (this.is.state === 'removed') return false;
    return !unseen.includes(this.is.state) || this.isSoldBy(userId);
  }

  get isOnSale(): boolean {
    return this.is.state === 'onSale';
  }

  /** Whether buyers may offer less than the price: not for give-aways, nor where no amount would be allowed. */
  get takesOffers(): boolean {
    return this.is.offersEnabled && hasOfferBelow(this.is.price);
  }

  /** Whether buyers may offer a price for it now, or ask for it where it is given away. */
  get mayBeOfferedFor(): boolean {
    return this.is.state === 'onSale' && (this.is.price === 0 || this.takesOffers);
  }

  /** Whether somebody may begin to talk to the seller about it. */
  get mayBeAskedAbout(): boolean {
    return this.is.state === 'onSale' || this.is.state === 'reserved';
  }

  /** Whether its owner may change it. A sold listing stays as it was sold. */
  get mayBeEdited(): boolean {
    return this.is.state !== 'removed' && this.is.state !== 'sold';
  }

  get mayBeRemoved(): boolean {
    return this.mayBeEdited && this.is.dealId === null;
  }

  /** While a deal is open, the terms that the two agreed on must not change. Throws LISTING_UNAVAILABLE. */
  edit(change: ListingEdit, now: Date): Listing {
    if (!this.mayBeEdited) throw new Refusal('LISTING_UNAVAILABLE', 'What was sold stays as it is');
    const frozen = ['title', 'images', 'category', 'price'] as const;
    if (this.is.dealId !== null && frozen.some((field) => change[field] !== undefined))
      throw new Refusal(
        'LISTING_UNAVAILABLE',
        'Title, photos, category and price stand while a deal is open',
      );
    const { offers, location, ...fields } = change;
    if (Object.values(change).every((value) => value === undefined)) return this;
    const { price = this.is.price } = change;
    const isLower = this.isOnSale && price < this.is.price;
    const news: ListingNews[] = isLower ? [{ kind: 'priceCut', before: this.is.price }] : [];
    const edited = this.changed(
      {
        ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
        ...(location ? { location: blur(location) } : {}),
        ...this.repriced(change.price, now),
        offersEnabled: offers?.enabled ?? this.is.offersEnabled,
        offerHours: offers?.hours ?? this.is.offerHours,
        minimum: offers?.minimum === undefined ? this.is.minimum : offers.minimum,
        autoAccept: offers?.autoAccept === undefined ? this.is.autoAccept : offers.autoAccept,
      },
      news,
    );
    edited.mustHaveSoundLimits();
    return edited;
  }

  /** From when on its owner may move it to the top of the feed again; null: not in this state, or no more. */
  get nextBumpAt(): Date | null {
    return this.isOnSale ? nextBump(this.is) : null;
  }

  get bumpsLeft(): number {
    return Math.max(0, tradeLimits.bumps - this.is.bumps);
  }

  mayBeBumped(now: Date): boolean {
    return this.nextBumpAt !== null && this.nextBumpAt <= now;
  }

  /** Moves it to the top of the feed. Throws LISTING_UNAVAILABLE, with the wait when it is only too early. */
  bump(now: Date): Listing {
    const { nextBumpAt } = this;
    if (!this.isOnSale)
      throw new Refusal('LISTING_UNAVAILABLE', 'Only what is on sale can be moved to the top');
    if (!nextBumpAt)
      throw new Refusal(
        'LISTING_UNAVAILABLE',
        'This listing was moved to the top as often as it may be',
      );
    if (nextBumpAt > now)
      throw new Refusal(
        'LISTING_UNAVAILABLE',
        'It is too early to move this listing to the top again',
        {
          retryAfterMs: nextBumpAt.getTime() - now.getTime(),
        },
      );
    return this.changed({ bumpedAt: now, bumps: this.is.bumps + 1 });
  }

  /** Throws LISTING_UNAVAILABLE while a deal is open, and once it is sold. */
  remove(): Listing {
    if (!this.mayBeRemoved)
      throw new Refusal(
        'LISTING_UNAVAILABLE',
        this.is.dealId === null
          ? 'What was sold stays as it is'
          : 'A listing with an open deal cannot be removed',
      );
    return this.changed({ state: 'removed', blinded: null });
  }

  /** Removes it because the account of its owner is deleted, also when it was sold. Throws LISTING_UNAVAILABLE. */
  removeWithOwner(): Listing {
    if (this.is.dealId !== null) throw new Refusal('LISTING_UNAVAILABLE');
    return this.changed({ state: 'removed', blinded: null });
  }

  /**
   * The states that the owner may set, beside the present one; while a deal holds it, only with the buyer of that deal.
   */
  get nextStates(): view.ListingState[] {
    const { state, dealId, soldElsewhere, soldBy } = this.is;
    if (dealId !== null) return ['sold'];
    if (state === 'onSale') return ['reserved', 'sold', 'hidden'];
    const mayReturn = state === 'sold' && (soldElsewhere || soldBy !== null);
    return state === 'draft' || state === 'hidden' || mayReturn ? ['onSale'] : [];
  }

  /**
   * Changes the state without a buyer; a repeat changes nothing. A draft that is put on sale begins its life then. Throws
   * LISTING_UNAVAILABLE while a deal is open or when it was sold by one, and for a state that cannot follow.
   */
  putTo(state: 'onSale' | 'hidden' | 'sold', now: Date): Listing {
    if (this.is.dealId !== null) throw new Refusal('LISTING_UNAVAILABLE');
    if (this.is.state === state) return this;
    if (this.is.soldBy !== null || !this.nextStates.includes(state))
      throw new Refusal('LISTING_UNAVAILABLE');
    const begins = this.is.state === 'draft' ? { bumpedAt: now, pricedAt: now } : {};
    return this.changed({ state, soldElsewhere: state === 'sold', ...begins });
  }

  /** Takes it out of sight until a moderator lifts it. Again, or once it is removed, it stays as it is. */
  blind(reason: view.BlindReason, now: Date): Listing {
    const { state, blinded } = this.is;
    if (state === 'removed' || blinded?.reason === reason) return this;
    return this.changed({
      state: 'blinded',
      blinded: { reason, at: now, was: blinded?.was ?? state },
    });
  }

  /** Puts it back where it was. Once it is removed, it stays as it is. */
  unblind(): Listing {
    const { state, blinded } = this.is;
    // Those that were removed while blinded may still say what they were.
    if (state === 'removed' || !blinded) return this;
    return this.changed({ state: blinded.was, blinded: null });
  }

  /**
   * Where others would read a banned term it goes out of sight, and comes back once the words are gone. What a moderator
   * blinded stays so. `terms`: those found in its words.
   */
  screened(terms: readonly string[], now: Date): Listing {
    const { state, blinded } = this.is;
    if (blinded && blinded.reason !== 'bannedTerms') return this;
    if (terms.length === 0) return blinded ? this.unblind() : this;
    if (!blinded && unseen.includes(state)) return this;
    if (blinded?.terms?.join('\n') === terms.join('\n')) return this;
    return this.changed({
      state: 'blinded',
      blinded: { reason: 'bannedTerms', terms: [...terms], at: now, was: blinded?.was ?? state },
    });
  }

  /** Its words, as far as others read them. */
  get words(): string {
    return `${this.is.title}\n${this.is.description}`;
  }

  /** Frees it when the deal that held it came to nothing. Throws LISTING_UNAVAILABLE when another holds it. */
  release(dealId: string): Listing {
    this.mustBeHeldBy(dealId);
    return this.moved('onSale', { dealId: null });
  }

  /** Marks it as sold when the deal that held it is completed. Throws LISTING_UNAVAILABLE when another holds it. */
  sellBy(dealId: string): Listing {
    this.mustBeHeldBy(dealId);
    return this.moved('sold', { dealId: null, soldBy: dealId });
  }

  /**
   * Puts it on sale again when the deal by which it was sold is undone. Throws LISTING_UNAVAILABLE for another deal, and
   * once it is removed.
   */
  unsell(dealId: string): Listing {
    if (this.is.soldBy !== dealId || this.is.state === 'removed')
      throw new Refusal('LISTING_UNAVAILABLE');
    return this.moved('onSale', { soldBy: null });
  }

  /** Keeps it for the buyer of a deal. Throws LISTING_UNAVAILABLE when it is not on sale or already held. */
  reserveFor(dealId: string): Listing {
    if (!this.isOnSale || this.is.dealId !== null) throw new Refusal('LISTING_UNAVAILABLE');
    return this.changed({ state: 'reserved', dealId });
  }

  /** What else a new price changes. */
  private repriced(price: number | undefined, now: Date): Partial<ListingSnapshot> {
    if (price === undefined || price === this.is.price) return {};
    if (this.is.state === 'draft') return { lowestPrice: price };
    const lowest = this.is.lowestPrice;
    const ends = endsWait({ lowest, after: price }, this.is, now);
    const lowestPrice = Math.min(lowest, price);
    return { pricedAt: now, lowestPrice, ...(ends ? { waitEndedAt: now } : {}) };
  }

  private mustBeHeldBy(dealId: string): void {
    if (this.is.dealId !== dealId) throw new Refusal('LISTING_UNAVAILABLE');
  }

  /**
   * The hidden limits must fit the price: minimum < autoAccept < price. A price that breaks this is refused until the
   * limits are changed with it. Throws VALIDATION_FAILED.
   */
  private mustHaveSoundLimits(): void {
    const { price, minimum, autoAccept } = this.is;
    if (autoAccept !== null && autoAccept >= price)
      throw invalid('offers.autoAccept', 'must be below the price');
    if (minimum !== null && minimum >= price)
      throw invalid('offers.minimum', 'must be below the price');
    if (minimum !== null && autoAccept !== null && minimum >= autoAccept)
      throw invalid('offers.minimum', 'must be below autoAccept');
  }

  /** What a deal does to it while it is out of sight shows once it is back. */
  private moved(state: view.ListingState, change: Partial<ListingSnapshot>): Listing {
    const { blinded } = this.is;
    return this.changed(
      blinded ? { ...change, blinded: { ...blinded, was: state } } : { ...change, state },
    );
  }

  private changed(change: Partial<ListingSnapshot>, news: readonly ListingNews[] = []): Listing {
    const after = { ...this.is, ...change, version: this.is.version + 1 };
    // What leaves the sale again before anybody could be told is published when it comes back.
    const kept = after.state === 'onSale' ? this.news : this.news.filter(isNoPublishing);
    const isPublished = after.state === 'onSale' && !this.isOnSale && this.is.unannounced;
    return new Listing(
      after,
      this.cardChanged ||
        onCard.some((one) => after[one] !== this.is[one]) ||
        after.images[0]?.id !== this.is.images[0]?.id,
      [...kept, ...(isPublished ? [{ kind: 'published' } as const] : []), ...news],
    );
  }
}

const isNoPublishing = ({ kind }: ListingNews): boolean => kind !== 'published';

/** A price, in won, that a listing has or had, and since when. */
export interface PastPrice {
  price: number;
  at: Date;
}

/** The price that a change ended; null: the change left it as it is, or nobody had seen it yet. */
export const priceEnded = (before: Listing, after: Listing): PastPrice | null =>
  before.price === after.price || before.state === 'draft'
    ? null
    : { price: before.price, at: before.pricedAt };
