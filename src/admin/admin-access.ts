import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { Refusal, limits } from '../contract/index.js';
import type { Context } from '../context.js';
import { addressOf } from '../http/rate-limit.js';
import { isAskedHere } from '../http/request-target.js';
import { isNearby } from '../platform/config.js';
import { operatorOf } from './forms.js';
import { secondFactorPath } from './second-factor-page.js';
import type { SecondFactor } from './second-factor.js';

/**
 * Who may enter the admin area: its pages, the queue dashboard and `/v1/admin`. Where operators have passwords (user
 * "admin" and `ADMIN_PASSWORD`, or a name of `ADMIN_ACCOUNTS`), who knows one (basic authentication). Where nobody has
 * one it is open on loopback, and not there at all elsewhere: behind a proxy, or under a name that somebody else's site
 * has pointed to this machine ("DNS rebinding"). `response.locals.operator` is who entered.
 *
 * A browser that knows the password sends it along with whatever another site makes it send, so a call that changes
 * something must come from this site.
 *
 * Who has a second factor has shown a code of it in this browser, too. Without one only the page is open that asks for
 * it.
 *
 * Wrong passwords stand in the audit trail and are counted by network address. Past the bound no password is looked at
 * any more, not even the right one: guessing could go on otherwise.
 */
export function adminAccess(
  { config, quotas, log }: Context,
  audit: { failedLogin(from: string, path: string): Promise<void> },
  factor: Pick<SecondFactor, 'isMissing'>,
): RequestHandler {
  const open = isNearby(config);
  const wrongPasswords = quotas.failures('admin-password', {
    limit: limits.adminPasswordTries,
    seconds: limits.loginWindowSeconds,
  });
  const known = [...config.operators].map(([name, password]) => ({
    name,
    digest: digest(`${name}:${password}`),
  }));
  const whoKnows = async (request: Request): Promise<string> => {
    const address = addressOf(request);
    await wrongPasswords.mustBeOpen(address);
    const shown = digest(shownBy(request));
    // All are looked at, so that the time does not tell which one was nearly right.
    const [operator] = known.filter((one) => timingSafeEqual(shown, one.digest));
    if (operator) return operator.name;
    // A browser asks without a password first.
    if (request.get('authorization') !== undefined) {
      const path = request.baseUrl + request.path;
      log.warn({ address, path }, 'somebody gave a wrong admin password');
      await wrongPasswords.failed(address);
      await audit.failedLogin(address, path);
    }
    request.res?.set('WWW-Authenticate', 'Basic realm="Haggle admin", charset="UTF-8"');
    throw new Refusal('UNAUTHENTICATED', 'Sign in as admin');
  };
  return async (request, response, next) => {
    if (known.length > 0) response.locals['operator'] = await whoKnows(request);
    else if (open && isAskedHere(request)) response.locals['operator'] = 'admin';
    else throw new Refusal('NOT_FOUND');
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && !isFromHere(request))
      throw new Refusal('FORBIDDEN', 'A form of another site may not do this');
    const path = request.baseUrl + request.path;
    if (path === secondFactorPath || !factor.isMissing(operatorOf(response), request)) next();
    else if (reads && request.accepts(['json', 'html']) === 'html' && path.startsWith('/admin'))
      response.redirect(303, secondFactorPath);
    else throw new Refusal('FORBIDDEN', `Show your second factor first, at ${secondFactorPath}`);
  };
}

function shownBy(request: Request): string {
  const [, given = ''] = /^Basic (.+)$/i.exec(request.get('authorization') ?? '') ?? [];
  return Buffer.from(given, 'base64').toString();
}

/** Has the same length whatever was sent. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a request comes from this site. Programs do not say where they come from; browsers always do. */
function isFromHere(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('origin');
  return origin === undefined || hostOf(origin) === request.get('host');
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
