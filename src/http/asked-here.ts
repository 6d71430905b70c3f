import type { Request, RequestHandler } from 'express';
import { Refusal } from '../contract/index.js';
import { isLoopback } from '../platform/config.js';

/**
 * Whether a request came under a name of this machine itself. Behind a name that somebody else's site has pointed here
 * ("DNS rebinding") a page of that site would read what is open on loopback only.
 */
export const isAskedHere = ({ hostname }: Request): boolean =>
  isLoopback((hostname ?? '').toLowerCase().replace(/^\[|\]$|\.$/g, ''));

/** In front of everything that is open only because this server is bound to loopback. Throws NOT_FOUND. */
export const mustBeAskedHere: RequestHandler = (request, _response, next) => {
  if (!isAskedHere(request)) throw new Refusal('NOT_FOUND');
  next();
};
