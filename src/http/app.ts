import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import compression from 'compression';
import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { Refusal } from '../contract/index.js';
import type { Metrics } from '../metrics.js';
import type { Config } from '../platform/config.js';
import type { Logger } from '../platform/logger.js';
import { inRequest } from '../platform/request-scope.js';
import type { Tracing } from '../platform/tracing.js';
import { takeAsMade } from './app-messages.js';
import { crossOrigin, isAllowedPreflight } from './cross-origin.js';
import { operationsRoutes, type Operated } from './operations.js';
import { answerOtherMethods, exactRouter } from './router.js';
import { problems } from './problem.js';
import { mustBePath } from './request-target.js';
import { webClient, type Previews } from './web-client.js';

interface AppContext {
  config: Config;
  metrics: Metrics;
  log: Logger;
  tracing: Tracing;
}

/** Mounts everything that answers HTTP, in order. */
export function createApp(
  { config, metrics, log, tracing }: AppContext,
  deps: {
    /** Health, metrics, documents, admin area, mailbox. */
    open: Router[];
    /** Every endpoint with its checks, under `/v1`. */
    api: RequestHandler;
    previews: Previews;
    /** Counts requests for unknown paths under `/v1`. */
    unknown: RequestHandler;
  },
): Express {
  const app = bare();
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(identify, ...traced(tracing), measure(metrics, tracing));
  app.use(securityHeaders(config), mustBePath, compressed);
  // Before all others, because nearly all requests are for it.
  const api = exactRouter();
  api.use(noStore, crossOrigin(config.origins), deps.api, exceptOptions(deps.unknown), () => {
    throw new Refusal('NOT_FOUND', 'There is no such resource');
  });
  app.use('/v1', api);
  for (const router of deps.open) app.use(answerOtherMethods(router));
  app.use(answerOtherMethods(webClient(deps.previews, config)));
  app.use(() => {
    throw new Refusal('NOT_FOUND', 'There is no such page');
  });
  app.use(problems(log));
  return app;
}

/** Answers while the process waits for its servers: only how it is; everything else has to wait. */
export function createWaitingApp(begun: Operated & { log: Logger }): Express {
  const app = bare();
  app.use(identify);
  for (const router of operationsRoutes(begun)) app.use(router);
  app.use(() => {
    throw new Refusal('UNAVAILABLE', 'This node is starting', { retryAfterMs: 2_000 });
  });
  app.use(problems(begun.log));
  return app;
}

function bare(): Express {
  const app = takeAsMade(express());
  app.disable('x-powered-by');
  app.set('etag', false);
  return app;
}

/** Nobody needs a token to ask which methods a path takes, so OPTIONS is answered for unknown paths too. */
const exceptOptions =
  (handler: RequestHandler): RequestHandler =>
  (request, response, next) => {
    if (isAllowedPreflight(request, response)) response.status(204).end();
    else if (request.method === 'OPTIONS') next();
    else return handler(request, response, next);
  };

/** Gives each request an id, which is in the answer, in its problem and in the log. */
const identify: RequestHandler = (_request, response, next) => {
  const traceId = randomUUID();
  response.locals['traceId'] = traceId;
  response.setHeader('X-Request-Id', traceId);
  inRequest(traceId, next);
};

/** Shows each request as a span, from the first look at it to the end of its answer. */
const traced = (tracing: Tracing): RequestHandler[] =>
  tracing.on
    ? [
        (request, response, next) => {
          const { method } = request;
          const id = response.locals['traceId'] as string;
          void tracing.span(
            method,
            async (span) => {
              const closed = new Promise((resolve) => response.once('close', resolve));
              next();
              await closed;
              const route = (response.locals['route'] as string | undefined) ?? 'other';
              span.rename(`${method} ${route}`);
              span.add({ 'http.route': route, 'http.response.status_code': response.statusCode });
              if (response.statusCode >= 500) span.failed();
            },
            {
              kind: 'server',
              caller: request.get('traceparent'),
              about: { 'http.request.method': method, 'haggle.request_id': id },
            },
          );
        },
      ]
    : [];

function measure(metrics: Metrics, tracing: Tracing): RequestHandler {
  return (request, response, next) => {
    const since = performance.now();
    const here = tracing.here();
    response.once('finish', () => {
      const route = (response.locals['route'] as string | undefined) ?? 'other';
      const labels = { method: request.method, route, status: String(response.statusCode) };
      metrics.requests.observe(labels, (performance.now() - since) / 1_000, here);
    });
    next();
  };
}

/**
 * Everything comes from this server, and scripts are files. Styles may be inline, since Swagger UI and the dashboard
 * need it. Photos may go to the bucket that phones upload to.
 */
function securityHeaders({ imageBucket }: Config): RequestHandler {
  const bucket = imageBucket?.publicUrl ? [new URL(imageBucket.publicUrl).origin] : [];
  const middleware = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", 'ws:', 'wss:', ...bucket],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: false,
  });
  const headers = headersOf(middleware);
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** What a middleware sets that does the same for every request; a dozen of them in a row take longer than their headers. */
function headersOf(middleware: ReturnType<typeof helmet>): [name: string, value: string][] {
  const headers: [string, string][] = [];
  const response = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  middleware({} as IncomingMessage, response as never, (error?: unknown) => {
    if (error) throw error as Error;
  });
  return headers;
}

/** A page of the feed is a fifth as long. Files that are read in parts are sent as they are: parts of them add up. */
const compress = compression({
  filter: (request, response) =>
    !response.hasHeader('Accept-Ranges') && compression.filter(request, response),
});

/** Who takes nothing compressed is answered without the detour. */
const compressed: RequestHandler = (request, response, next) => {
  if (request.headers['accept-encoding'] !== undefined) return compress(request, response, next);
  response.vary('Accept-Encoding');
  next();
};

/** Answers are for one person; a shared cache must not keep them. */
const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'private, no-cache');
  next();
};
