import { once } from 'node:events';
import { createServer } from 'node:http';
import express, { type Router, type RequestHandler } from 'express';
import type { Metrics } from '../metrics.js';
import type { Config } from '../platform/config.js';
import type { Health } from '../platform/health.js';
import type { Lifecycle } from '../platform/lifecycle.js';
import { mustBeAskedHere } from './request-target.js';
import { exactRouter } from './router.js';

/** Liveness (the event loop turns, and nothing is stuck) and readiness (takes work) of a gateway or a worker. */
function healthRoutes(health: Health): Router {
  const router = exactRouter();
  router.get('/healthz', (_request, response) => {
    const ok = !health.stuck();
    response.status(ok ? 200 : 503).json({ ok });
  });
  router.get('/readyz', (_request, response) => {
    const state = health.readiness();
    response.status(state.ready ? 200 : 503).json(state);
  });
  return router;
}

/** `guards` check each request where the port is open to others too. */
function metricsRoutes(metrics: Metrics, ...guards: RequestHandler[]): Router {
  const router = exactRouter();
  router.get('/metrics', ...guards, async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}

/** What operators ask a process about. */
export interface Operated {
  config: Config;
  metrics: Metrics;
  health: Health;
}

/** Health on the common port, and metrics for this machine, unless they have a port of their own. */
export function operationsRoutes({ config, metrics, health }: Operated): Router[] {
  const metricsHere = config.metricsPort === undefined && config.loopback;
  return [healthRoutes(health), ...(metricsHere ? [metricsRoutes(metrics, mustBeAskedHere)] : [])];
}

/**
 * Serves health and metrics on a port of their own (METRICS_PORT) that need not be reached from outside; does nothing
 * where none is set. Rejects with the reason when it cannot listen (a taken port, say).
 */
export async function listenForOperators({
  config,
  lifecycle,
  metrics,
  health,
}: Operated & { lifecycle: Lifecycle }): Promise<void> {
  const { metricsPort, host } = config;
  if (metricsPort === undefined) return;
  const app = express().use(healthRoutes(health), metricsRoutes(metrics));
  const server = createServer(app).listen(metricsPort, host);
  await once(server, 'listening');
  lifecycle.onStop('metrics', () => void server.close());
}
