import type { ErrorRequestHandler, Request, Response } from 'express';
import { Refusal, problemOf, retryAfterSeconds, type view } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import { refusalOf } from '../platform/mongo.js';

/** Turns errors of the body parser into refusals; a refusal that was thrown while it read comes out unchanged. */
function fromParser(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.too.large') return new Refusal('PAYLOAD_TOO_LARGE');
  if (type === 'entity.parse.failed')
    return new Refusal('VALIDATION_FAILED', 'The body is not valid JSON', { status: 400 });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new Refusal('UNSUPPORTED_TYPE');
  // Express' own errors: a path that cannot be decoded, a request that was cut off.
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Refusal('VALIDATION_FAILED', 'The request cannot be read', { status: 400 });
  return undefined;
}

/** The one place where REST answers an error: problem details (RFC 9457) with the contract's code. */
export function problems(log: Logger): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, next) => {
    const refusal =
      fromParser(error) ?? refusalOf(error, (err) => log.error({ err }, 'unexpected error'));
    if (response.headersSent) next(error);
    else sendProblem(request, response, refusal);
  };
}

export function sendProblem(request: Request, response: Response, refusal: Refusal): void {
  const problem = problemOf(refusal);
  const { status } = problem;
  const body: view.Problem = {
    type: `/docs/errors#${refusal.code}`,
    ...problem,
    instance: request.originalUrl.split('?')[0] ?? '/',
    traceId: response.locals['traceId'] as string,
  };
  const seconds = retryAfterSeconds(refusal);
  if (seconds !== undefined) response.set('Retry-After', String(seconds));
  if (status === 401 && !response.get('WWW-Authenticate'))
    response.set('WWW-Authenticate', 'Bearer');
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
}
