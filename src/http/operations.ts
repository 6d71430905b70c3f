import express, { type Router, type Express, type RequestHandler } from 'express';
import type { Metrics } from '../platform/metrics.js';
import type { Readiness } from '../platform/health.js';
import type { Queues } from '../platform/queues.js';
import { exactRouter } from './exact-router.js';

/** Liveness (the event loop turns, and nothing is stuck) and readiness (takes work) of a gateway or a worker. */
export function healthRoutes(
  readiness: () => Promise<Readiness>,
  stuck: () => boolean = () => false,
): Router {
  const router = exactRouter();
  router.get('/healthz', (_request, response) => {
    const ok = !stuck();
    response.status(ok ? 200 : 503).json({ ok });
  });
  router.get('/readyz', async (_request, response) => {
    const state = await readiness();
    response.status(state.ready ? 200 : 503).json(state);
  });
  return router;
}

/** `guards` stand in front where the port is open to others too. */
export function metricsRoutes(metrics: Metrics, ...guards: RequestHandler[]): Router {
  const router = exactRouter();
  router.get('/metrics', ...guards, async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}

/** Health and metrics on a port of their own, for whoever must not be reached from outside. */
export const operationsApp = (
  metrics: Metrics,
  readiness: () => Promise<Readiness>,
  stuck?: () => boolean,
): Express => express().use(healthRoutes(readiness, stuck), metricsRoutes(metrics));

export const dashboardPath = '/admin/queues';

/** The queue dashboard, read-only; whoever may enter the admin area may see it. */
export const dashboardRoutes = (queues: Queues, access: RequestHandler): Router =>
  exactRouter().use(dashboardPath, access, queues.dashboard(dashboardPath));
