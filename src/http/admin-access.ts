import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { Refusal } from '../contract/index.js';
import { isLoopback } from '../platform/config.js';

/**
 * Who may enter the admin area: its pages, the queue dashboard and `/v1/admin`. With a password: user "admin" and that
 * password (basic authentication). Without one it is open on loopback, and not there at all elsewhere: behind a proxy,
 * or under a name that somebody else's site has pointed to this machine ("DNS rebinding").
 *
 * A browser that knows the password sends it along with whatever another site makes it send, so a call that changes
 * something must come from this site.
 */
export function adminAccess(access: {
  password: string | undefined;
  loopback: boolean;
  trustProxy: number;
}): RequestHandler {
  const { password } = access;
  const open = access.loopback && access.trustProxy === 0;
  const expected = password === undefined ? undefined : digest(`admin:${password}`);
  return (request, response, next) => {
    if (expected === undefined && !(open && isAskedHere(request))) throw new Refusal('NOT_FOUND');
    if (expected !== undefined && !timingSafeEqual(digest(shownBy(request)), expected)) {
      response.set('WWW-Authenticate', 'Basic realm="Haggle admin", charset="UTF-8"');
      throw new Refusal('UNAUTHENTICATED', 'Sign in as admin');
    }
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && !isFromHere(request)) throw new Refusal('FORBIDDEN', 'This came from elsewhere');
    next();
  };
}

const isAskedHere = ({ hostname }: Request): boolean =>
  isLoopback((hostname ?? '').replace(/^\[|\]$/g, ''));

function shownBy(request: Request): string {
  const [, given = ''] = /^Basic (.+)$/i.exec(request.get('authorization') ?? '') ?? [];
  return Buffer.from(given, 'base64').toString();
}

/** Of the same length whatever was shown. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Programs say nothing of where they come from; browsers do, one way or the other. */
function isFromHere(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('origin');
  return origin === undefined || hostOf(origin) === request.get('host');
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
