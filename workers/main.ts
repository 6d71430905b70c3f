import { parseArgs } from 'node:util';
import { openWorkerContext, type Begun } from '../src/context.js';
import { listenForOperators } from '../src/http/operations.js';
import { createMetrics } from '../src/metrics.js';
import { awaitMigrations } from '../src/migrations/await-migrations.js';
import { ConfigError, loadConfig, type Config } from '../src/platform/config.js';
import { Health } from '../src/platform/health.js';
import { Lifecycle, announceReady, runProcess } from '../src/platform/lifecycle.js';
import { createLogger } from '../src/platform/logger.js';
import { openTracing } from '../src/platform/tracing.js';
import { createSlices } from '../src/slices.js';
import { openProviders } from './push/open-providers.js';
import { startPush } from './push/start-push.js';
import { createNudge } from './relay/nudge.js';
import { startRelay } from './relay/start-relay.js';
import { startTimers } from './timers/start-timers.js';
import { startWebhooks } from './webhooks/start-webhooks.js';

/** Jobs in hand are finished; what is not is taken again by another worker. */
const graceMs = 25_000;

const roles = ['relay', 'push', 'timers', 'webhooks'] as const;
type Role = (typeof roles)[number];

/** `--role=relay,push`, or `all`. */
function chosenRoles(): readonly Role[] {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' } } });
  if (values.role === 'all') return roles;
  const chosen = values.role.split(',');
  const unknown = chosen.filter((role) => !roles.includes(role as Role));
  if (unknown.length > 0)
    throw new ConfigError([
      `--role=${unknown.join(',')} is unknown. Use ${roles.join(', ')} or all.`,
    ]);
  return chosen as Role[];
}

/** The root of a worker: it listens first, and works once it has reached its servers. */
async function main(config: Config, chosen: readonly Role[]): Promise<void> {
  const log = createLogger({ nodeId: config.nodeId, level: config.logLevel, process: 'worker' });
  const lifecycle = new Lifecycle(log);
  // Nobody sends it anything, so nobody needs time to notice.
  lifecycle.listenToSignals({ leadMs: 0, graceMs });
  const health = new Health(lifecycle);
  const tracing = await openTracing(config, 'worker', lifecycle);
  const metrics = createMetrics(config.nodeId, { exemplars: tracing.on });
  const begun = { config, log, lifecycle, health, tracing, metrics };
  await listenForOperators(begun);
  if (!(await lifecycle.start(() => open(begun, chosen)))) return;
  log.info({ roles: chosen }, 'worker is ready');
  announceReady();
}

/** The composition root: the slices of a gateway without their doors, and the chosen roles. */
async function open(begun: Begun, chosen: readonly Role[]): Promise<void> {
  const context = await openWorkerContext(begun);
  const slices = createSlices(context, createNudge(context));
  await awaitMigrations(context);

  if (chosen.includes('push'))
    context.health.stuck = await startPush(context, slices, await openProviders(context));
  if (chosen.includes('timers')) await startTimers(context, slices);
  if (chosen.includes('relay')) await startRelay(context, slices);
  if (chosen.includes('webhooks')) await startWebhooks(context, slices.webhooks);
}

export const start = () => runProcess(async () => main(loadConfig(process.env), chosenRoles()));
