import type { Connection } from 'mongoose';
import { ConversationStore, MessageStore } from '../../src/conversations/index.js';
import { ListingStore, createPresentListings } from '../../src/listings/index.js';
import { ReportStore } from '../../src/moderation/index.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Config } from '../../src/platform/config.js';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';
import { DealStore, createPresentDeals } from '../../src/trade/index.js';
import { UserStore } from '../../src/users/index.js';
import {
  WebhookEndpointStore,
  WebhookEventStore,
  WebhookLaneStore,
  createWebhookBodies,
} from '../../src/webhooks/index.js';
import { LeaseStore } from '../relay/lease.store.js';
import { Lease } from '../relay/lease.js';
import { PlaceStore } from '../relay/place.store.js';
import { Relay } from '../relay/relay.js';
import { CommittedStore } from './committed.store.js';
import { Deliverer } from './deliverer.js';
import { Endpoint } from './endpoint.js';
import { Intake } from './intake.js';

/** Lease and place. */
const name = 'webhooks';
const countEachMs = 10_000;
const countMost = 100_000;

/**
 * Sends what is committed to the team's own server: a relay of its own reads it and stores its events, from where they
 * are delivered. Of any number of workers one does it, the others stand by.
 */
export async function startWebhooks(deps: {
  mongo: Connection;
  settings: NonNullable<Config['webhooks']>;
  nodeId: string;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}): Promise<{ stop: () => Promise<void> }> {
  const { mongo, settings, clock, metrics } = deps;
  const log = deps.log.child({ relay: name });
  const events = new WebhookEventStore(mongo);
  const lanes = new WebhookLaneStore(mongo);
  const endpointStore = new WebhookEndpointStore(mongo);
  const leases = new LeaseStore(mongo, name);
  const places = new PlaceStore(mongo, name);
  const reports = new ReportStore(mongo);
  await Promise.all([events, lanes, leases, places, reports].map((store) => store.prepare()));
  await endpointStore.use(settings.url);
  const bodies = composeBodies(mongo, reports);
  const endpoint = new Endpoint({ ...settings, clock });

  const lease = new Lease({
    store: leases,
    holder: deps.nodeId,
    act: (term) => {
      const deliverer = new Deliverer({
        ...{ events, lanes, endpointStore, endpoint, bodies, term, retries: settings },
        ...{ clock, log, metrics },
      });
      const intake = new Intake({
        ...{ events, lanes, term, clock, log },
        stored: () => deliverer.wake(),
      });
      const relay = new Relay({
        log: new CommittedStore(mongo),
        places,
        term,
        see: (happening, done) => intake.see(happening, done),
        logger: log,
      });
      const count = async () => {
        const { count: waiting, oldest } = await events.backlog(countMost);
        metrics.webhookBacklog.set(waiting);
        metrics.webhookOldest.set(oldest ? (clock().getTime() - oldest.getTime()) / 1_000 : 0);
      };
      let counting: NodeJS.Timeout | undefined;
      return {
        start: () => {
          relay.start();
          deliverer.start();
          counting = setInterval(() => void count().catch(() => undefined), countEachMs);
        },
        stop: async () => {
          clearInterval(counting);
          metrics.webhookBacklog.set(0);
          metrics.webhookOldest.set(0);
          await relay.stop();
          await intake.stop();
          await relay.savePlace();
          await deliverer.stop();
        },
      };
    },
    log,
    metrics: { relayActing: metrics.webhooksActing, relayTakeovers: metrics.webhookTakeovers },
  });
  lease.start();
  return { stop: () => lease.stop() };
}

/** Reads only, so it needs no more than the stores. */
function composeBodies(mongo: Connection, reports: ReportStore) {
  const listings = new ListingStore(mongo);
  const users = new UserStore(mongo);
  const presentDeals = createPresentDeals({
    ...{ listings, users, conversations: new ConversationStore(mongo) },
    reviewsOf: () => Promise.resolve(new Map()),
  });
  return createWebhookBodies({
    messages: new MessageStore(mongo),
    deals: new DealStore(mongo),
    presentDeal: (deal) => presentDeals.asLeft(deal, deal.buyerId),
    listings,
    presentListings: createPresentListings(users),
    reports,
  });
}
