import cors from 'cors';
import type { Request, RequestHandler, Response } from 'express';

/** How long a browser may remember the answer to a preflight; Chromium keeps none for longer than two hours. */
const preflightSeconds = 7_200;

/**
 * Whether a browser asks if a page of a listed origin may call. It may, also where there is no such path: otherwise the
 * page could not read the 404.
 */
export const isAllowedPreflight = (request: Request, response: Response): boolean =>
  request.method === 'OPTIONS' &&
  request.get('access-control-request-method') !== undefined &&
  response.get('access-control-allow-origin') !== undefined;

/** Lets pages of the listed origins call the API from a browser. For every other origin there are no CORS headers. */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const listed = new Set(origins);
  const allow = cors({
    origin: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'If-Match',
      'If-None-Match',
      'Idempotency-Key',
      'Traceparent',
    ],
    exposedHeaders: [
      'Allow',
      'ETag',
      'Retry-After',
      'RateLimit',
      'RateLimit-Policy',
      'X-Request-Id',
    ],
    maxAge: preflightSeconds,
    // The route answers OPTIONS itself, with its `Allow`.
    preflightContinue: true,
  });
  return (request, response, next) => {
    // Set for requests without an origin too: a cache must not give a page what was answered to another one.
    response.vary('Origin');
    if (listed.has(request.get('origin') ?? '')) allow(request, response, next);
    else next();
  };
}
