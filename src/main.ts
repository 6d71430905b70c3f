import { createAdminAccess } from './admin/admin-access.js';
import { adminRoutes } from './admin/admin.routes.js';
import { mailboxRoutes } from './admin/mailbox.routes.js';
import { stopNodeRoutes } from './admin/stop-node.routes.js';
import { openGatewayContext, type GatewayContext } from './context.js';
import { mountConversations } from './conversations/conversations.routes.js';
import { mountConversationEvents } from './conversations/conversations.socket.js';
import { docsRoutes } from './docs-site/docs.routes.js';
import { mountAlerts } from './alerts/alerts.routes.js';
import { hostAccess, mountHost } from './host/host.routes.js';
import { createHost } from './host/index.js';
import { createApp, createWaitingApp } from './http/app.js';
import { listenForOperators, operationsRoutes } from './http/operations.js';
import { createEntrance } from './http/entrance.js';
import { RestDoor } from './http/rest-door.js';
import { HttpTransport, requestsPlanMs } from './http/transport.js';
import { mountListings } from './listings/listings.routes.js';
import { mountImages } from './media/images.routes.js';
import { awaitMigrations } from './migrations/await-migrations.js';
import { mountModeration } from './moderation/moderation.routes.js';
import { mountDevices } from './notifications/devices.routes.js';
import { mountNotifications } from './notifications/notifications.routes.js';
import { createMetrics } from './metrics.js';
import { Budget } from './platform/budget.js';
import { loadConfig, type Config } from './platform/config.js';
import { Health } from './platform/health.js';
import {
  Lifecycle,
  announceReady,
  closingMs,
  askToBeKilled,
  hasParent,
  runProcess,
  withDeadline,
} from './platform/lifecycle.js';
import { createLogger } from './platform/logger.js';
import { openTracing } from './platform/tracing.js';
import { drainPlanMs } from './realtime/drain.js';
import { createRealtime } from './realtime/index.js';
import { SocketDoor } from './realtime/socket-door.js';
import { createSlices } from './slices.js';
import { mountTrade } from './trade/trade.routes.js';
import { mountTradeEvents } from './trade/trade.socket.js';
import { createAccounts } from './users/index.js';
import { jwksRoutes, mountUsers } from './users/users.routes.js';
import { mountWebhooks } from './webhooks/webhooks.routes.js';

/** The longest that a gateway takes to end (ms), beside the lead time. */
const graceMs = drainPlanMs + requestsPlanMs + closingMs;

/**
 * A gateway that still waits for its servers, or for migrations, after this time (ms) listens all the same, so that it
 * can say so. Until then it refuses connections: a proxy that asks no gateway whether it is ready takes another one.
 */
const listenAnywayMs = 5_000;

/** The root of a gateway: it serves once it has reached its servers, however long that takes. */
async function main(config: Config): Promise<void> {
  const log = createLogger({ nodeId: config.nodeId, level: config.logLevel, process: 'gateway' });
  const lifecycle = new Lifecycle(log);
  lifecycle.listenToSignals({ leadMs: config.drainLeadMs, graceMs });
  const health = new Health(lifecycle);
  const tracing = await openTracing(config, 'gateway', lifecycle);
  const metrics = createMetrics(config.nodeId, { exemplars: tracing.on });
  const begun = { config, log, lifecycle, health, tracing, metrics };
  const transport = new HttpTransport(begun);
  transport.serve(createWaitingApp(begun));
  await listenForOperators(begun);
  let listening: Promise<void> | undefined;
  const listen = () =>
    (listening ??= transport
      .listen(config)
      .then(() => log.info({ host: config.host, port: transport.port }, 'gateway listens')));
  const serves = await lifecycle.start(async () => {
    const orListen = async <T>(waits: Promise<T>): Promise<T> => {
      await withDeadline(waits, listenAnywayMs).catch(listen);
      return waits;
    };
    await open(await orListen(openGatewayContext(begun)), transport, orListen);
    await listen();
  });
  if (!serves) return;
  log.info({ host: config.host, port: transport.port }, 'gateway is ready');
  announceReady(transport.port);
}

/** The composition root. What it builds knows only what was built before it. `orListen` is for what may take long. */
async function open(
  context: GatewayContext,
  transport: HttpTransport,
  orListen: <T>(waits: Promise<T>) => Promise<T>,
): Promise<void> {
  const { config, lifecycle, log } = context;

  const realtime = createRealtime(context, transport.server);
  const slices = createSlices(context, realtime.fanOut);
  const { users, conversations, trade, notifications, webhooks, moderation } = slices;
  const publicUrl = () => config.publicUrl ?? `http://localhost:${transport.port}`;
  const noteAct = moderation.audit.note;
  const accounts = createAccounts(context, { users, publicUrl, note: noteAct });
  const { guard, verified, secondFactors } = accounts;

  const budget = new Budget(config.points);
  const admin = createAdminAccess(context, {
    sessions: accounts.operatorSessions,
    factors: secondFactors,
    audit: moderation.audit,
    isThereAnAdmin: async () => (await users.users.withRole('admin', 1)).length > 0,
  });
  const host = createHost(context, { ...slices, accounts: accounts.hosted });
  const entrance = createEntrance(context, {
    guard,
    enterOpen: admin.enterOpen,
    mustHaveRole: (actor, role) => secondFactors.mustHaveRole(actor, role),
    host: hostAccess(context, host.keys),
  });
  const door = new RestDoor(context, { entrance, verified, budget, noteAct });
  mountUsers(door, { ...users.commands, ...accounts.commands });
  mountHost(door, host.commands);
  mountListings(door, slices.listings.commands);
  mountAlerts(door, slices.alerts.commands);
  mountImages(door, slices.media.commands);
  mountConversations(door, conversations.commands);
  mountTrade(door, trade);
  mountModeration(door, moderation);
  mountWebhooks(door, webhooks.commands);
  mountNotifications(door, notifications, config.webPush?.publicKey);
  mountDevices(context, door, { devices: notifications.devices, guard });
  const events = new SocketDoor(context, { verified, budget });
  mountConversationEvents(events, conversations.commands);
  mountTradeEvents(events, trade.commands);

  await orListen(awaitMigrations(context));
  const app = createApp(context, {
    open: [
      ...operationsRoutes(context),
      docsRoutes(config),
      adminRoutes({
        access: admin,
        factors: secondFactors,
        operator: notifications.operator,
        webhooks: webhooks.commands,
        moderation,
        contests: trade.contests,
        hostKeys: host.keys,
        queues: context.queues,
        status: context.status,
      }),
      ...(accounts.mailbox ? [mailboxRoutes(accounts.mailbox)] : []),
      ...(config.stoppable && hasParent() ? [stopNodeRoutes(askToBeKilled)] : []),
      jwksRoutes(accounts.tokens),
    ],
    previews: { findListing: slices.listings.previewed, publicUrl },
    api: door.complete(),
    unknown: entrance.unknown,
  });
  transport.serve(app);
  await realtime.open({
    door: events,
    guard,
    conversations,
    listings: slices.listings.show,
    knownAs: trade.knownAs,
    sessionSeen: notifications.noteSeen,
  });
  door.mustBeComplete();
  events.mustBeComplete();
  // While others can still be reached.
  lifecycle.onStop('trade', () => trade.drained());
  lifecycle.onStop('requests', () => transport.close(log), requestsPlanMs + 2_000);
  lifecycle.onStop(
    'sockets',
    () => {
      transport.leave();
      return realtime.drain(events);
    },
    drainPlanMs + 2_000,
  );
}

export const start = () => runProcess(async () => main(loadConfig(process.env)));
