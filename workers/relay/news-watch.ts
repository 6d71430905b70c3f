import type { WorkerContext } from '../../src/context.js';
import type { Alerts, Hearing } from '../../src/alerts/index.js';
import type { RowPositions } from '../../src/conversations/index.js';
import type { Listing } from '../../src/domain/listing.js';
import type { Listings, PendingNews } from '../../src/listings/index.js';
import { newsPlaceOf, rowOfNews, type NewsEntry } from '../../src/notifications/index.js';
import { Loop } from '../loop.js';
import type { Decisions, EntryProgress } from './decisions.js';
import type { Term } from './term.js';

/** How often the database is asked for news. */
const lookEachMs = 1_000;
/** Listings whose news are under way at once. */
const listingsAtOnce = 200;
/** People whose decisions are made together. */
const peopleAtOnce = 500;

interface Deps extends Pick<WorkerContext, 'presence' | 'clock' | 'log'> {
  term: Term;
  listings: Listings['listings'];
  hearersOf: Alerts['hearersOf'];
  decisions: Decisions;
}

/** News that are being told. */
interface Telling {
  piece: PendingNews;
  /** Of all who hear it, by the same {@link Decisions} as entries of conversations. */
  progress: EntryProgress[];
  sellerId: string;
}

/**
 * Tells news of listings to those who wait for them. News lie in the listing from the write that made them, and stay
 * until everybody was told: who begins again tells nobody twice.
 */
export class NewsWatch extends Loop {
  private readonly tellings = new Map<string, Telling>();

  constructor(private readonly deps: Deps) {
    super();
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.tellings.clear();
  }

  protected override get goesOn(): boolean {
    return super.goesOn && this.deps.term.held;
  }

  protected async turn(): Promise<void> {
    try {
      await this.begin();
      for (const telling of [...this.tellings.values()])
        await this.orLater(telling.piece, () => this.goOn(telling));
    } catch (error) {
      this.deps.log.warn({ reason: (error as Error).message }, 'news of listings wait');
    }
    await this.pause(lookEachMs);
  }

  private async begin(): Promise<void> {
    const { listings, clock } = this.deps;
    const due = await listings.newsDue(clock(), listingsAtOnce);
    const fresh = newestPublished(due).filter(({ id }) => !this.tellings.has(id));
    if (fresh.length === 0) return;
    const known = await listings.getMany(fresh.map(({ listingId }) => listingId));
    for (const piece of fresh) {
      if (!this.goesOn) return;
      await this.orLater(piece, async () => {
        const isPublished = piece.kind === 'published';
        const listing = isPublished ? await listings.announce(piece) : known.get(piece.listingId);
        const hearings = listing ? await this.deps.hearersOf(piece, listing) : [];
        const progress = listing
          ? hearings.flatMap((hearing) => progressOf(piece, listing, hearing))
          : [];
        this.tellings.set(piece.id, { piece, progress, sellerId: listing?.sellerId ?? '' });
      });
    }
  }

  /** Never rejects, so that one failure does not hold up the others: it is begun again. */
  private async orLater({ id }: PendingNews, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.deps.log.warn({ id, reason: (error as Error).message }, 'news of a listing wait');
    }
  }

  private async goOn({ piece, progress, sellerId }: Telling): Promise<void> {
    const { clock, decisions, listings, term } = this.deps;
    const now = clock().getTime();
    for (const one of progress.filter(({ lookAt }) => lookAt <= now)) {
      if (!this.goesOn) return;
      const nodes = await this.connectedNodes(one);
      await decisions.look([one], { now, rows: rowsOf(sellerId), nodes }, term);
    }
    if (!this.goesOn || progress.some(({ lookAt }) => lookAt < Infinity)) return;
    await listings.newsTold(piece);
    this.tellings.delete(piece.id);
  }

  /** Undefined when Redis is away. */
  private async connectedNodes({ toDecide }: EntryProgress) {
    try {
      return await this.deps.presence.nodesOf(toDecide.map(({ recipientId }) => recipientId));
    } catch {
      return undefined;
    }
  }
}

/** Of a listing that left the sale and came back before anybody was told, only the last time counts. */
function newestPublished(due: readonly PendingNews[]): PendingNews[] {
  const published = due.filter(({ kind }) => kind === 'published');
  const newest = new Map(published.map(({ listingId, id }) => [listingId, id]));
  return due.filter(
    ({ kind, listingId, id }) => kind !== 'published' || newest.get(listingId) === id,
  );
}

/** A person who reads the notification at once may still get the push: it is looked at again before it is sent. */
const rowsOf = (sellerId: string): { get: () => RowPositions } => {
  const row = rowOfNews(sellerId);
  return { get: () => row };
};

function progressOf(piece: PendingNews, listing: Listing, hearing: Hearing): EntryProgress[] {
  const { template, userIds } = hearing;
  const params = { price: listing.price, ...hearing.params };
  const entry: NewsEntry = {
    id: piece.id,
    conversationId: newsPlaceOf(piece.listingId),
    seq: piece.version,
    kind: 'news',
    senderId: null,
    createdAt: piece.at,
    listingId: piece.listingId,
    sellerId: listing.sellerId,
    words: { template, params },
  };
  const parts: EntryProgress[] = [];
  for (let at = 0; at < userIds.length; at += peopleAtOnce)
    parts.push({
      entry,
      writtenAt: piece.at.getTime(),
      toDecide: userIds
        .slice(at, at + peopleAtOnce)
        .map((recipientId) => ({ recipientId, otherId: listing.sellerId })),
      toChange: [],
      toHand: [],
      lookAt: 0,
      hinted: [],
      noted: false,
    });
  return parts;
}
