import type { Request, RequestHandler, Response } from 'express';
import {
  Refusal,
  limits,
  request as requests,
  roleFor,
  type Endpoint,
  type view,
} from '../contract/index.js';
import type { Context } from '../context.js';
import type { Actor } from '../platform/actor.js';
import { addressOf, requestLimit } from '../http/rate-limit.js';
import { isAskedHere } from '../http/request-target.js';
import { isNearby } from '../platform/config.js';
import { WrongSignIn, type OperatorSessions, type SecondFactors } from '../users/index.js';
import { enter, enteredAs } from './entered.js';
import { secondFactorPath, signInPath } from './paths.js';

const cookieName = 'haggle_operator';

export type AdminAccess = ReturnType<typeof createAdminAccess>;

/**
 * Who may enter the admin area, and do what there. Its pages are for people with a role who signed in on them (e-mail
 * address, password, code); `/v1/admin` is for access tokens. Where nobody is an admin yet both are open on loopback, and
 * the pages are not there at all elsewhere: behind a proxy, or under a name that somebody else's site has pointed to this
 * machine ("DNS rebinding").
 *
 * A browser sends its cookie along with whatever another site makes it send, so what changes something must come from
 * this site.
 *
 * Sign-ins that failed stand in the audit trail and are counted by network address. Past the bound none is looked at any
 * more, not even the right one: guessing could go on otherwise.
 */
export function createAdminAccess(
  context: Context,
  deps: {
    sessions: OperatorSessions;
    factors: Pick<SecondFactors, 'mustHaveRole'>;
    audit: { failedLogin(from: string, of: string | undefined): Promise<void> };
    isThereAnAdmin: () => Promise<boolean>;
  },
) {
  const { config, quotas, log } = context;
  const { sessions, factors, audit } = deps;
  const failures = quotas.failures('admin-sign-in', {
    limit: limits.adminPasswordTries,
    seconds: limits.loginWindowSeconds,
  });
  /** Whether the area is open to this request as long as nobody is an admin. */
  const isFromThisMachine = (request: Request): boolean => isNearby(config) && isAskedHere(request);

  /** Lets everybody in where the area is open; false: it is not. */
  const enterOpen = async (request: Request, response: Response): Promise<boolean> => {
    if (!isFromThisMachine(request) || (await deps.isThereAnAdmin())) return false;
    mustComeFromHere(request);
    enter(response, { role: 'admin' });
    return true;
  };

  /** Where one signs in. Throws NOT_FOUND as long as nobody could. */
  const entrance: RequestHandler = async (_request, _response, next) => {
    if (!(await deps.isThereAnAdmin())) throw new Refusal('NOT_FOUND');
    next();
  };

  /** The pages: who signed in goes on, and browsers of everybody else to where one signs in. */
  const pages: RequestHandler = async (request, response, next) => {
    mustComeFromHere(request);
    const actor = await sessions.find(cookieOf(request));
    if (actor) enter(response, { actor });
    else if (await deps.isThereAnAdmin()) {
      if (!wantsPage(request)) throw new Refusal('UNAUTHENTICATED', `Sign in at ${signInPath}`);
      return response.redirect(303, signInPath);
    } else if (isFromThisMachine(request)) enter(response, { role: 'admin' });
    else throw new Refusal('NOT_FOUND');
    next();
  };

  /** What is for this role. Who has to show a second factor first is led there. */
  const mayDo =
    (asked: view.Role): RequestHandler =>
    async (request, response, next) => {
      const { actor } = enteredAs(response);
      try {
        if (actor) response.locals['role'] = await factors.mustHaveRole(actor, asked);
      } catch (error) {
        const isNeeded = error instanceof Refusal && error.code === 'SECOND_FACTOR_NEEDED';
        if (!isNeeded || !wantsPage(request)) throw error;
        return response.redirect(303, secondFactorPath);
      }
      next();
    };

  return {
    /** Each look asks the database who it is, so one network has only so many. */
    counted: requestLimit(context, 'admin', 'address', {
      limit: limits.requestsPerMinute,
      seconds: 60,
    }),
    enterOpen,
    entrance,
    pages,

    mayDo,

    /** What is for the role that the contract names for this endpoint. */
    mayCall: (endpoint: Endpoint): RequestHandler => mayDo(roleFor(endpoint)!),

    /** What somebody who signed in may do; undefined: nothing, or nothing yet. */
    async roleOf(actor: Actor): Promise<view.Role | undefined> {
      try {
        return await factors.mustHaveRole(actor, 'moderator');
      } catch (error) {
        if (error instanceof Refusal && nothingYet.has(error.code)) return undefined;
        throw error;
      }
    },

    /** Throws UNAUTHENTICATED whatever was wrong, ACCOUNT_SUSPENDED, FORBIDDEN, RATE_LIMITED, UNAVAILABLE. */
    async signIn(fields: Record<string, string>, request: Request, response: Response) {
      mustComeFromHere(request);
      const network = addressOf(request);
      await failures.mustBeOpen(network);
      try {
        const { code = '', ...account } = fields;
        const known = requests.LogIn.safeParse(account);
        if (!known.success || code.length > 40) throw new WrongSignIn(undefined);
        const caller = { network, userAgent: request.get('user-agent') };
        const { cookie, maxAge } = await sessions.open({ ...known.data, code }, caller);
        const { secure } = request;
        response.cookie(cookieName, cookie, { ...cookieScope, secure, maxAge });
      } catch (error) {
        if (!(error instanceof WrongSignIn)) throw error;
        log.warn({ address: network }, 'somebody failed to sign in to the admin area');
        await failures.failed(network);
        await audit.failedLogin(network, error.of);
        throw error;
      }
    },

    async signOut(response: Response): Promise<void> {
      const { actor } = enteredAs(response);
      if (actor) await sessions.end(actor);
      response.clearCookie(cookieName, cookieScope);
    },
  };
}

const nothingYet = new Set(['FORBIDDEN', 'SECOND_FACTOR_NEEDED']);

const cookieScope = { httpOnly: true, sameSite: 'strict', path: '/admin' } as const;

const cookieOf = (request: Request): string =>
  new RegExp(`(?:^|; )${cookieName}=([\\w.-]{1,120})(?:;|$)`).exec(
    request.get('cookie') ?? '',
  )?.[1] ?? '';

/** A browser that shows what it gets. */
const wantsPage = (request: Request): boolean =>
  isRead(request) && request.accepts(['json', 'html']) === 'html';

const isRead = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

/** Throws FORBIDDEN for what would change something and comes from another site. */
function mustComeFromHere(request: Request): void {
  if (!isRead(request) && !isFromHere(request))
    throw new Refusal('FORBIDDEN', 'A form of another site may not do this');
}

/** Whether a request comes from this site. Programs do not say where they come from; browsers always do. */
function isFromHere(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('origin');
  return origin === undefined || hostOf(origin) === request.get('host');
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
