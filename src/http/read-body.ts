import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { Refusal, limits, type Endpoint } from '../contract/index.js';

/**
 * Reads the body of a request to an endpoint as JSON. A form with a file is only checked here: the door reads it once
 * it knows who sends it. Throws UNSUPPORTED_TYPE, PAYLOAD_TOO_LARGE, VALIDATION_FAILED.
 */
export const readBody = (endpoint: Endpoint): RequestHandler[] =>
  endpoint.upload
    ? [mustBe('multipart/form-data')]
    : [
        mustBe('application/json'),
        whereThereIsOne(
          express.json({ limit: limits.bodyBytes, strict: false, verify: mustBeUtf8 }),
        ),
      ];

const mustBe =
  (type: string): RequestHandler =>
  (request, _response, next) => {
    if (hasBody(request) && !request.is(type))
      throw new Refusal('UNSUPPORTED_TYPE', `Send ${type}`);
    next();
  };

const whereThereIsOne =
  (read: RequestHandler): RequestHandler =>
  (request, response, next) =>
    hasBody(request) ? read(request, response, next) : next();

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Bytes that are not UTF-8 would be stored as replacement characters, so that different texts would look equal. */
function mustBeUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body))
    throw new Refusal('VALIDATION_FAILED', 'The body is not UTF-8', { status: 400 });
}
