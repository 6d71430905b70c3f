import { randomUUID } from 'node:crypto';
import compression from 'compression';
import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { Refusal } from '../contract/index.js';
import type { Begun, Context } from '../context.js';
import type { Metrics } from '../metrics.js';
import { crossOrigin, isAllowedPreflight } from './cross-origin.js';
import { operationsRoutes } from './operations.js';
import { answerOtherMethods } from './router.js';
import { problems } from './problem.js';
import { mustBePath } from './request-target.js';
import { webClient, type Previews } from './web-client.js';

/** Mounts everything that answers HTTP, in order. */
export function createApp(
  { config, metrics, log }: Context,
  deps: {
    /** Health, metrics, documents, admin area, mailbox. */
    open: Router[];
    /** Every endpoint with its checks, under `/v1`. */
    api: Router;
    previews: Previews;
    /** Guards the unknown paths under `/v1`. */
    unknown: RequestHandler;
  },
): Express {
  const app = bare();
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(trace, measure(metrics), securityHeaders(config), mustBePath, compressed);
  for (const router of deps.open) app.use(answerOtherMethods(router));
  const api = answerOtherMethods(deps.api);
  app.use('/v1', noStore, crossOrigin(config.origins), api, exceptOptions(deps.unknown), () => {
    throw new Refusal('NOT_FOUND', 'There is no such resource');
  });
  app.use(answerOtherMethods(webClient(deps.previews, config)));
  app.use(() => {
    throw new Refusal('NOT_FOUND', 'There is no such page');
  });
  app.use(problems(log));
  return app;
}

/** Answers while the process waits for its servers: only how it is; everything else has to wait. */
export function createWaitingApp(begun: Begun): Express {
  const app = bare();
  app.use(trace);
  for (const router of operationsRoutes(begun)) app.use(router);
  app.use(() => {
    throw new Refusal('UNAVAILABLE', 'This node is starting', { retryAfterMs: 2_000 });
  });
  app.use(problems(begun.log));
  return app;
}

function bare(): Express {
  const app = express();
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
const trace: RequestHandler = (_request, response, next) => {
  const traceId = randomUUID();
  response.locals['traceId'] = traceId;
  response.set('X-Request-Id', traceId);
  next();
};

function measure(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const stop = metrics.requests.startTimer({ method: request.method });
    response.once('finish', () => {
      const route = (response.locals['route'] as string | undefined) ?? 'other';
      stop({ route, status: String(response.statusCode) });
    });
    next();
  };
}

/**
 * Everything comes from this server, and scripts are files. Styles may be inline, since Swagger UI and the dashboard
 * need it. Photos may go to the bucket that phones upload to.
 */
function securityHeaders({ imageBucket }: Context['config']): RequestHandler {
  const bucket = imageBucket?.publicUrl ? [new URL(imageBucket.publicUrl).origin] : [];
  return helmet({
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
  response.set('Cache-Control', 'private, no-cache');
  next();
};
