import { timingSafeEqual } from 'node:crypto';
import express, { Router, type Express, type RequestHandler } from 'express';
import type { Metrics } from '../platform/metrics.js';
import type { Readiness } from '../platform/health.js';
import type { Queues } from '../platform/queues.js';

/** Liveness (the event loop turns, and nothing is stuck) and readiness (takes work) of a gateway or a worker. */
export function healthRoutes(
  readiness: () => Promise<Readiness>,
  stuck: () => boolean = () => false,
): Router {
  const router = Router();
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

export function metricsRoutes(metrics: Metrics): Router {
  const router = Router();
  router.get('/metrics', async (_request, response) => {
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

/**
 * The queue dashboard, read-only. With a password: user "admin" and that password (basic authentication). Without one
 * it is there on loopback only, and nowhere else at all.
 */
export function dashboardRoutes(
  queues: Queues,
  access: { password: string | undefined; loopback: boolean },
): Router {
  const router = Router();
  if (access.password === undefined && !access.loopback) return router;
  if (access.password !== undefined) router.use(dashboardPath, basicAuth(access.password));
  router.use(dashboardPath, queues.dashboard(dashboardPath));
  return router;
}

function basicAuth(password: string): RequestHandler {
  const expected = Buffer.from(`admin:${password}`);
  return (request, response, next) => {
    const [, given = ''] = /^Basic (.+)$/i.exec(request.get('authorization') ?? '') ?? [];
    const shown = Buffer.from(given, 'base64');
    if (shown.length === expected.length && timingSafeEqual(shown, expected)) {
      next();
      return;
    }
    response.set('WWW-Authenticate', 'Basic realm="Haggle queues"').status(401).end();
  };
}
