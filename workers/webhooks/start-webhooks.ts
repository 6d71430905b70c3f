import type { WorkerContext } from '../../src/context.js';
import type { Webhooks } from '../../src/webhooks/index.js';
import { LeaseStore } from '../../src/platform/lease.store.js';
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
export async function startWebhooks(context: WorkerContext, webhooks: Webhooks): Promise<void> {
  const { config, mongo, clock, metrics } = context;
  const settings = config.webhooks;
  if (!settings) return;
  const log = context.log.child({ relay: name });
  const { events, endpoint: endpointStore } = webhooks;
  const leases = new LeaseStore(mongo, name);
  const places = new PlaceStore(mongo, name, context.life);
  await context.onceReached(() =>
    Promise.all([leases.prepare(), places.prepare(), endpointStore.use(settings.url)]),
  );
  const endpoint = new Endpoint({ ...settings, clock });

  const lease = new Lease({
    store: leases,
    holder: config.nodeId,
    act: (term) => {
      const parts = { ...context, ...webhooks, log, term };
      const deliverer = new Deliverer({ ...parts, endpointStore, endpoint, retries: settings });
      const intake = new Intake({ ...parts, stored: () => deliverer.wake() });
      const relay = new Relay({
        log: new CommittedStore(mongo),
        places,
        life: context.life,
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
  context.lifecycle.onStop('webhooks', () => lease.stop());
}
