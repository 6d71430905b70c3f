import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { Refusal, limits } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { endpointAt } from './endpoint-at.js';
import { problems } from './problem.js';
import { webClient } from './web-client.js';

/** The order of everything that answers HTTP. */
export function createApp(deps: {
  log: Logger;
  metrics: Metrics;
  trustProxy: number;
  /** Health, metrics, documents, dashboard, mailbox. */
  open: (Router | RequestHandler)[];
  /** In front of everything under `/v1`: limits, then the login check. */
  guards: { path: string; handler: RequestHandler }[];
  api: Router;
}): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', deps.trustProxy);
  app.set('query parser', 'simple');
  app.use(trace, measure(deps.metrics), securityHeaders());
  for (const router of deps.open) app.use(router);
  for (const { path, handler } of deps.guards) app.use(path, handler);
  app.use(
    '/v1',
    expectedType,
    express.json({ limit: limits.bodyBytes, strict: false, verify: mustBeUtf8 }),
    noStore,
    deps.api,
  );
  app.use('/v1', () => {
    throw new Refusal('NOT_FOUND', 'There is no such resource');
  });
  app.use(webClient());
  app.use(() => {
    throw new Refusal('NOT_FOUND', 'There is no such page');
  });
  app.use(problems(deps.log));
  return app;
}

/** An id that stands in the answer, in its problem and in the log. */
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

/** Everything comes from this server, scripts are files. Styles may be inline: Swagger UI and the dashboard need it. */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
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

/** JSON, or a form where the endpoint takes a file; that is read by the door, after it knows who sends it. */
const expectedType: RequestHandler = (request, _response, next) => {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0;
  const expected = endpointAt(request)?.upload ? 'multipart/form-data' : 'application/json';
  if (hasBody && !request.is(expected)) throw new Refusal('UNSUPPORTED_TYPE', `Send ${expected}`);
  next();
};

/** Bytes that are no text would be stored as replacement characters, and compare equal to others like them. */
function mustBeUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Refusal('VALIDATION_FAILED', 'The body is not UTF-8');
}

/** Answers are for one person; a shared cache must not keep them. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'private, no-cache');
  next();
};
