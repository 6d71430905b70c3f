import type { WorkerContext } from '../../src/context.js';
import type { Alerts, Hearing } from '../../src/alerts/index.js';
import type { RowPositions, Rows } from '../../src/conversations/index.js';
import type { Listings, PendingNews } from '../../src/listings/index.js';
import { newsPlaceOf, rowOfNews, type NewsEntry } from '../../src/notifications/index.js';
import { Loop } from '../loop.js';
import type { Decisions, EntryProgress } from './decisions.js';
import type { Term } from './term.js';

/** How often the database is asked for news. */
const lookEachMs = 1_000;
/** Listings whose news are under way at once. */
const listingsAtOnce = 200;
/** Pages of one listing that wait at once for people who may read it themselves … */
const pagesAtOnce = 20;
/** … and people who do in all: with more, each listing has one page. About 20 MB. */
const peopleAtOnce = 50_000;
/** Pages of one listing that are looked at before it is the next one's turn. */
const looksATurn = 4;

interface Deps extends Pick<WorkerContext, 'presence' | 'clock' | 'log'> {
  term: Term;
  listings: Listings['listings'];
  hearersOf: Alerts['hearersOf'];
  decisions: Decisions;
}

/** People who are being told, by the same {@link Decisions} as of entries of conversations. */
interface Page {
  progress: EntryProgress[];
  sellerId: string;
  /** What is noted once all of them are told. */
  told: () => Promise<void>;
  /** From where the page behind it is read; null: it is the last. */
  next: string | null;
}

/** News that are being told. */
interface Telling {
  piece: PendingNews;
  /** From where the next page is read: undefined: it is the first; null: there is none. */
  next: string | null | undefined;
  /** Those under way, in their order. */
  pages: Page[];
}

/**
 * Tells news of listings to those who wait for them, page by page. News lie in the listing from the write that made
 * them, and stay until everybody was told; how far that is lies beside them. So who begins again goes on from there,
 * and tells nobody twice. Listings take turns: one of which many hear holds up no other. Several news of one listing
 * are told one after another.
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
    let more = false;
    try {
      await this.begin();
      for (const telling of [...this.tellings.values()])
        await this.orLater(telling.piece, async () => {
          if (await this.goOn(telling)) more = true;
        });
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message },
        'news of listings could not be read: the relay looks again',
      );
    }
    if (!more) await this.pause(lookEachMs);
  }

  private async begin(): Promise<void> {
    const { listings, clock } = this.deps;
    const due = newestPublished(await listings.newsDue(clock(), listingsAtOnce));
    const busy = new Set([...this.tellings.values()].map(({ piece }) => piece.listingId));
    for (const piece of due) {
      if (!this.goesOn) return;
      if (busy.has(piece.listingId)) continue;
      busy.add(piece.listingId);
      await this.orLater(piece, async () => {
        const isBegun = piece.kind !== 'published' || piece.upTo !== undefined;
        const isNews = isBegun || (await listings.announce(piece)) !== null;
        this.tellings.set(piece.id, { piece, next: isNews ? piece.upTo : null, pages: [] });
      });
    }
  }

  /** Never rejects, so that one failure does not hold up the others: it is begun again. */
  private async orLater({ id }: PendingNews, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.deps.log.warn(
        { id, reason: (error as Error).message },
        'news of a listing were not told: the relay tries again',
      );
    }
  }

  /** True when there is more to do for it at once. */
  private async goOn(telling: Telling): Promise<boolean> {
    const { listings, clock } = this.deps;
    if (this.hasRoom(telling)) await this.readOn(telling);
    const now = clock().getTime();
    const due = telling.pages.filter(({ progress }) =>
      progress.some(({ lookAt }) => lookAt <= now),
    );
    for (const page of due.slice(0, looksATurn)) await this.lookAt(page, now);
    if (!this.goesOn) return false;
    await this.settle(telling);
    if (telling.next !== null || telling.pages.length > 0)
      return due.length > looksATurn || this.hasRoom(telling);
    await listings.newsTold(telling.piece);
    this.tellings.delete(telling.piece.id);
    return false;
  }

  private hasRoom({ next, pages }: Telling): boolean {
    if (next === null || pages.length >= pagesAtOnce) return false;
    return pages.length === 0 || this.people < peopleAtOnce;
  }

  /** Of those who are under way, how many are not decided for. */
  private get people(): number {
    let count = 0;
    for (const { pages } of this.tellings.values())
      for (const { progress } of pages)
        for (const { toDecide } of progress) count += toDecide.length;
    return count;
  }

  private async readOn(telling: Telling): Promise<void> {
    const { piece, next: from } = telling;
    const listing = await this.deps.listings.get(piece.listingId);
    const page = listing && (await this.deps.hearersOf(piece, listing, from ?? undefined));
    telling.next = page?.next ?? null;
    if (!page) return;
    const progress = page.hearings.map((hearing) => progressOf(piece, listing, hearing));
    telling.pages.push({ ...page, progress, sellerId: listing.sellerId });
  }

  private async lookAt({ progress, sellerId }: Page, now: number): Promise<void> {
    if (!this.goesOn) return;
    const due = progress.filter(({ lookAt }) => lookAt <= now);
    const nodes = await this.connectedNodes(due);
    const found = { now, rows: rowsOf(sellerId), nodes };
    await this.deps.decisions.look(due, found, this.deps.term);
  }

  /** Notes how far everybody was told. */
  private async settle({ piece, pages }: Telling): Promise<void> {
    const open = pages.findIndex(({ progress }) =>
      progress.some(({ lookAt }) => lookAt < Infinity),
    );
    const done = pages.slice(0, open < 0 ? pages.length : open);
    for (const { told } of done) await told();
    const upTo = done.at(-1)?.next;
    if (upTo) await this.deps.listings.newsToldUpTo(piece, upTo);
    pages.splice(0, done.length);
  }

  /** Undefined when Redis is away. */
  private async connectedNodes(due: readonly EntryProgress[]) {
    try {
      return await this.deps.presence.nodesOf(
        due.flatMap(({ toDecide }) => toDecide.map(({ recipientId }) => recipientId)),
      );
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
const rowsOf = (sellerId: string): Rows<RowPositions> => {
  const row = rowOfNews(sellerId);
  return { get: () => row };
};

function progressOf(
  piece: PendingNews,
  listing: { price: number; sellerId: string },
  { template, userIds, params }: Hearing,
): EntryProgress {
  const entry: NewsEntry = {
    id: piece.id,
    conversationId: newsPlaceOf(piece.listingId),
    seq: piece.version,
    kind: 'news',
    senderId: null,
    createdAt: piece.at,
    listingId: piece.listingId,
    sellerId: listing.sellerId,
    words: { template, params: { price: listing.price, ...params } },
  };
  return {
    entry,
    writtenAt: piece.at.getTime(),
    toDecide: userIds.map((recipientId) => ({ recipientId, otherId: listing.sellerId })),
    toChange: [],
    toHand: [],
    lookAt: 0,
    hinted: [],
    noted: false,
  };
}
