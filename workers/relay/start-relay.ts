import type { Alerts } from '../../src/alerts/index.js';
import type { WorkerContext } from '../../src/context.js';
import type { Conversations } from '../../src/conversations/index.js';
import type { Offer } from '../../src/domain/offer.js';
import type { Listings } from '../../src/listings/index.js';
import type { Notifications } from '../../src/notifications/index.js';
import { Recent } from '../../src/platform/recent.js';
import type { Trade } from '../../src/trade/index.js';
import { ActRepair } from './act-repair.js';
import { Decisions } from './decisions.js';
import { EntryWatch, retryMs } from './entry-watch.js';
import { Hints } from './hints.js';
import { Lease } from './lease.js';
import { LeaseStore } from '../../src/platform/lease.store.js';
import { LogStore } from './log.store.js';
import { NewsWatch } from './news-watch.js';
import { PlaceStore } from './place.store.js';
import { Pushes } from './pushes.js';
import { Relay } from './relay.js';
import { Repair } from './repair.js';

/** Lease and place of a relay carry its name: with the log on several shards there is one for each. */
const name = 'messages';

/** Puts the parts of the relay role together and starts them. Of any number of workers one acts, the others stand by. */
export async function startRelay(
  context: WorkerContext,
  slices: {
    listings: Listings;
    alerts: Alerts;
    conversations: Conversations;
    trade: Trade;
    notifications: Notifications;
  },
): Promise<void> {
  const { config, mongo, news, log, metrics, tracing } = context;
  const { conversations, inbox } = slices.conversations;
  const { offers, deals, recordOffer, recordDeal } = slices.trade;
  // It needs a conversation for each entry, and of it the people, who never change.
  const recent = new Recent({
    max: 50_000,
    ttlMs: 5_000,
    caching: 'byTime',
    look: (ids) => conversations.stored(ids),
  });
  const leases = new LeaseStore(mongo, name);
  const places = new PlaceStore(mongo, name, context.life);
  await context.onceReached(() => Promise.all([leases.prepare(), places.prepare()]));
  const delays = { offlineMs: config.pushDelayOfflineMs, onlineMs: config.pushDelayOnlineMs };
  const { queues } = slices.notifications;
  const pushes = new Pushes({ queues, backlogMax: config.pushBacklog, log, metrics });
  const decisions = new Decisions({
    ...slices.notifications,
    delays,
    retryMs,
    pushes,
    metrics,
    tracing,
  });
  const hints = new Hints({
    tell: (node, hint) => news.tell(node, { kind: 'behind', ...hint }),
    log,
    metrics,
  });
  const repair = new Repair({ ...slices.conversations, log });
  const lease = new Lease({
    store: leases,
    holder: config.nodeId,
    act: (term) => {
      const watch = new EntryWatch({
        ...context,
        term,
        conversations: recent,
        inbox,
        hints,
        decisions,
        repair,
        firstLookMs: delays.offlineMs,
      });
      const relay = new Relay({
        log: new LogStore(mongo),
        places,
        life: context.life,
        term,
        see: (entry, done) => watch.see(entry, done),
        logger: log,
      });
      const news = new NewsWatch({
        ...context,
        term,
        listings: slices.listings.listings,
        hearersOf: slices.alerts.hearersOf,
        decisions,
      });
      const record = (offer: Offer) => recordOffer(offer, offer.version);
      const loops = [
        relay,
        watch,
        news,
        new ActRepair({ name: 'offers', store: offers, record, term, log }),
        new ActRepair({ name: 'deals', store: deals, record: recordDeal, term, log }),
      ];
      return {
        start: () => {
          for (const one of loops) one.start();
        },
        stop: async () => {
          await Promise.all(loops.map((one) => one.stop()));
          await relay.savePlace();
        },
      };
    },
    log,
    metrics,
  });
  lease.start();
  context.lifecycle.onStop('relay', () => lease.stop());
}
