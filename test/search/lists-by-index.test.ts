import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { AlertStore } from '../../src/alerts/alert.store.js';
import { FollowingStore } from '../../src/alerts/following.store.js';
import { InboxStore } from '../../src/conversations/inbox.store.js';
import { MessageStore } from '../../src/conversations/message.store.js';
import { FavouriteStore } from '../../src/listings/favourite.store.js';
import { ListingStore } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { PastPriceStore } from '../../src/listings/past-price.store.js';
import { AuditStore } from '../../src/moderation/audit.store.js';
import { NotificationStore } from '../../src/notifications/notification.store.js';
import { DealStore } from '../../src/trade/deal.store.js';
import { OfferStore } from '../../src/trade/offer.store.js';
import { ReviewStore } from '../../src/trade/review.store.js';
import { BlockStore } from '../../src/users/block.store.js';
import { WebhookEventStore } from '../../src/webhooks/event.store.js';
import { dropOwnDatabase, openOwnDatabase, profiled } from '../support/own-database.js';
import { numberedId, toStoredId } from '../../src/platform/stored-ids.js';
import { makeCollections, type StoreClass } from '../../src/platform/store.js';

/** Every list that a person turns the pages of: a page in the middle reads what it shows, whatever stands around it. */
let connection: Connection;

beforeAll(async () => {
  connection = await openOwnDatabase();
}, 60_000);

afterAll(() => dropOwnDatabase(connection), 60_000);

const many = 400;
const each = [...Array(many).keys()];
const idOf = (at: number) => String(at).padStart(6, '0');
const timeOf = (at: number) => new Date(Date.UTC(2026, 0, 1) + at * 1_000);
const middle: [number, string] = [timeOf(many / 2).getTime(), idOf(many / 2)];
const size = 20;
const none = new Set<string>();
const sideBy = { people: {}, buyerId: { role: 'buyer' }, sellerId: { role: 'seller' } } as const;

interface List {
  name: string;
  collection: string;
  store: object;
  /** Half of them are of somebody else. */
  row: (at: number) => Record<string, unknown>;
  pages: (() => Promise<readonly unknown[]>)[];
}

const lists = (): List[] => {
  const favourites = new FavouriteStore(connection);
  const followings = new FollowingStore(connection);
  const alerts = new AlertStore(connection);
  const blocks = new BlockStore(connection);
  const pastPrices = new PastPriceStore(connection);
  const reviews = new ReviewStore(connection);
  const offers = new OfferStore(connection);
  const deals = new DealStore(connection);
  const inbox = new InboxStore(connection);
  const messages = new MessageStore(connection);
  const notifications = new NotificationStore(connection);
  const audit = new AuditStore(connection);
  const webhooks = new WebhookEventStore(connection);
  const listings = new ListingStore(connection, new MongoListingSearch(connection));
  const person = (at: number) => (at % 2 ? 'another' : 'me');
  const talkOf = (at: number) => `${at % 2 ? 'a' : 'b'}0000000-0000-5000-8000-000000000000`;
  return [
    {
      name: 'favourites',
      collection: 'favourites',
      store: favourites,
      row: (at) => ({ userId: person(at), listingId: idOf(at), at: timeOf(at) }),
      pages: [() => favourites.ofPerson('me', size, middle)],
    },
    {
      name: 'whom one follows',
      collection: 'following',
      store: followings,
      row: (at) => ({ followerId: person(at), sellerId: idOf(at), createdAt: timeOf(at) }),
      pages: [() => followings.ofFollower('me', size, middle)],
    },
    {
      name: 'keyword alerts',
      collection: 'alerts',
      store: alerts,
      row: (at) => ({ userId: person(at), kind: 'keyword', tokens: ['a'], createdAt: timeOf(at) }),
      pages: [() => alerts.ofPerson('me', 'keyword', size, middle)],
    },
    {
      name: 'whom one blocked',
      collection: 'blocks',
      store: blocks,
      row: (at) => ({ blockerId: person(at), blockedId: idOf(at), createdAt: timeOf(at) }),
      pages: [() => blocks.ofBlocker('me', size, middle)],
    },
    {
      name: 'prices that a listing had',
      collection: 'pastPrices',
      store: pastPrices,
      row: (at) => ({ listingId: person(at), price: at, at: timeOf(at) }),
      pages: [() => pastPrices.of('me', size, middle)],
    },
    {
      name: 'reviews of a person',
      collection: 'reviews',
      store: reviews,
      row: (at) => ({ subjectId: person(at), authorId: idOf(at), shownAt: timeOf(at) }),
      pages: [
        () =>
          reviews.shownAbout('me', {
            now: timeOf(many),
            without: none,
            limit: size,
            after: middle,
            from: 'primary',
          }),
      ],
    },
    ...(['buyerId', 'sellerId', 'listingId'] as const).map((whose) => ({
      name: `offers by ${whose}`,
      collection: 'offers',
      store: offers,
      row: (at: number) => ({
        listingId: idOf(at),
        buyerId: idOf(at),
        sellerId: idOf(at),
        [whose]: person(at),
        open: at % 8 < 4,
        amount: at,
        movedAt: timeOf(at),
        steps: [],
      }),
      pages: (['all', 'open'] as const).map((state) => () => {
        if (whose === 'listingId')
          return offers.sideBySide('me', state, size, [many / 2, idOf(many / 2)]);
        const role = whose === 'buyerId' ? 'buyer' : 'seller';
        return offers.ofPerson(role, 'me', state, size, middle);
      }),
    })),
    ...(['people', 'buyerId', 'sellerId'] as const).map((whose) => ({
      name: `deals by ${whose}`,
      collection: 'deals',
      store: deals,
      row: (at: number) => ({
        listingId: idOf(at),
        conversationId: idOf(at),
        buyerId: idOf(at),
        sellerId: idOf(at),
        people: [idOf(at)],
        [whose]: person(at),
        state: ['open', 'completed', 'cancelled', 'noShow'][(at >> 1) % 4],
        createdAt: timeOf(at),
        endedAt: timeOf(at),
        steps: [],
      }),
      pages: [
        ...(['open', 'ended', 'all'] as const).map((state) => () => {
          return deals.ofPerson('me', { state, ...sideBy[whose] }, size, middle);
        }),
        () => deals.completedSince('me', sideBy[whose], timeOf(0), size, middle),
      ],
    })),
    {
      name: 'deals of a conversation',
      collection: 'deals',
      store: deals,
      row: (at) => ({
        listingId: idOf(at),
        conversationId: person(at),
        people: ['me'],
        state: 'completed',
        createdAt: timeOf(at),
        steps: [],
      }),
      pages: [() => deals.ofPerson('me', { state: 'all', conversationId: 'me' }, size, middle)],
    },
    {
      name: 'conversations',
      collection: 'inbox',
      store: inbox,
      row: (at) => ({
        userId: person(at),
        conversationId: idOf(at),
        archived: at % 8 < 2,
        pinned: at >= many - 60,
        lastAt: timeOf(at),
        changedAt: timeOf(at),
        lastSeq: 1,
      }),
      pages: [
        () => inbox.page('me', false, size, [false, ...middle]),
        () => inbox.page('me', false, size, [true, timeOf(many - 10).getTime(), idOf(many - 10)]),
        () => inbox.page('me', true, size, [false, ...middle]),
        () => inbox.newest('me', size, middle),
        () => inbox.changedSince('me', timeOf(many / 2), size, middle),
      ],
    },
    {
      name: 'messages',
      collection: 'messages',
      store: messages,
      row: (at) => ({
        _id: numberedId(talkOf(at), at),
        conversationId: toStoredId(talkOf(at)),
        clientMessageId: idOf(at),
        senderId: '',
        createdAt: timeOf(at),
      }),
      pages: [
        () => messages.after(talkOf(0), many / 2, size),
        () => messages.before(talkOf(0), many / 2, size),
      ],
    },
    {
      name: 'notifications',
      collection: 'notifications',
      store: notifications,
      row: (at) => ({ userId: person(at), entryId: idOf(at), read: at % 3 > 0, seq: at }),
      pages: [() => notifications.page('me', size, idOf(many / 2))],
    },
    {
      name: 'what moderators did',
      collection: 'audit',
      store: audit,
      row: (at) => ({ at: timeOf(at) }),
      pages: [() => audit.page(size, middle)],
    },
    {
      name: 'events of the webhooks',
      collection: 'webhookEvents',
      store: webhooks,
      row: (at) => ({
        at: timeOf(at),
        state: at % 8 === 1 ? 'dead' : 'delivered',
        type: at % 8 === 0 ? 'user.reported' : 'message.created',
      }),
      pages: [
        () => webhooks.page({}, size, middle),
        () => webhooks.page({ state: 'dead' }, size, middle),
        () => webhooks.page({ types: ['user.reported'] }, size, middle),
        () => webhooks.page({ state: 'delivered', types: ['user.reported'] }, size, middle),
      ],
    },
    {
      name: "one's own listings and those of a seller",
      collection: 'listings',
      store: listings,
      row: (at) => ({
        sellerId: person(at),
        state: at % 8 < 4 ? 'onSale' : 'sold',
        createdAt: timeOf(at),
        location: null,
      }),
      pages: [
        () => listings.ofSeller('me', undefined, size, middle),
        () => listings.ofSeller('me', ['sold'], size, middle),
        () => listings.ofSeller('me', ['onSale', 'reserved', 'sold'], size, middle),
      ],
    },
  ];
};

test('a page in the middle of any list reads no more than three times what it shows, by an index', async () => {
  const db = connection.db!;
  for (const { name, collection, store, row, pages } of lists()) {
    await makeCollections(connection, [store.constructor as unknown as StoreClass]);
    await db.collection(collection).deleteMany({});
    await db
      .collection(collection)
      .insertMany(each.map((at) => ({ _id: idOf(at) as never, ...row(at) })));
    for (const page of pages) {
      let shown: readonly unknown[] = [];
      const read = await profiled(connection, collection, async () => {
        shown = await page();
      });
      const what = `${name}: ${page.toString()}`;
      expect([what, shown.length]).toEqual([what, size]);
      expect(read.length).toBeGreaterThan(0);
      for (const { planSummary, docsExamined = NaN, keysExamined = NaN, hasSortStage } of read)
        expect([
          what,
          planSummary,
          docsExamined <= 3 * size,
          keysExamined <= 3 * size,
          hasSortStage,
        ]).toEqual([what, expect.stringMatching(/^IXSCAN/), true, true, undefined]);
    }
  }
}, 60_000);
