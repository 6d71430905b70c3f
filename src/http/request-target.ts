import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { Refusal } from '../contract/index.js';
import { isLoopback } from '../platform/config.js';

/**
 * Replaces the target of a request in absolute form (RFC 9112, 3.2.2) by its path, before anything else reads it. Does
 * so only when its authority equals Host, as every honest client sends it, since checks read Host.
 */
export function readTarget(request: IncomingMessage): void {
  const [, authority, path = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url!) ?? [];
  if (!authority || authority.toLowerCase() !== request.headers.host?.toLowerCase()) return;
  request.url = path.startsWith('/') ? path : `/${path}`;
}

/** Refuses every other target that is not a path; `OPTIONS *` asks about the server as a whole. */
export const mustBePath: RequestHandler = (request, response, next) => {
  if (request.url.startsWith('/')) return next();
  if (request.method !== 'OPTIONS' || request.url !== '*')
    throw new Refusal('VALIDATION_FAILED', 'The request target must be a path', { status: 400 });
  response.set('Allow', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT').status(204).end();
};

/**
 * Whether a request came under a name of this machine itself. Behind a name that somebody else's site has pointed here
 * ("DNS rebinding") a page of that site would read what is open on loopback only.
 */
export const isAskedHere = ({ hostname }: Request): boolean =>
  isLoopback((hostname ?? '').toLowerCase().replace(/^\[|\]$|\.$/g, ''));

/** Guards everything that is open only because this server is bound to loopback. Throws NOT_FOUND. */
export const mustBeAskedHere: RequestHandler = (request, _response, next) => {
  if (!isAskedHere(request)) throw new Refusal('NOT_FOUND');
  next();
};
