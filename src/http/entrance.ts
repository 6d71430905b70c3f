import type { Request, RequestHandler, Response } from 'express';
import {
  Refusal,
  accountLimits,
  endpoints,
  limits,
  roleFor,
  type Endpoint,
  type view,
} from '../contract/index.js';
import { guest, type Actor } from '../platform/actor.js';
import { requestLimit, type Limiting } from './rate-limit.js';
import { mustBeAskedHere } from './request-target.js';

/** What runs before the handler of an endpoint. It is mounted on the same route, so no second matcher can disagree. */
export type Entrance = ReturnType<typeof createEntrance>;

export interface Guard {
  /** Says who holds an access token. Throws the refusal for the caller. */
  identify(token: string): Promise<Actor>;
}

/**
 * The login check, once for all of REST. A person who is signed in is counted as such and everybody else by network
 * address, so that one of many behind an address cannot use up what the others need.
 */
export function createEntrance(
  context: Limiting,
  deps: {
    guard: Guard;
    /** Lets everybody into the admin area where it is open; false: it is not. */
    enterOpen: (request: Request, response: Response) => Promise<boolean>;
    /** Throws FORBIDDEN for who has not the rights of this role, SECOND_FACTOR_NEEDED, and ACCOUNT_SUSPENDED. */
    mustHaveRole: (actor: Actor, role: view.Role) => Promise<unknown>;
    /** The check of server keys. */
    host: (endpoint: Endpoint) => RequestHandler;
  },
) {
  const { requestsPerMinute, loginWindowSeconds, loginsPerAddress, signUpsPerAddress } = limits;
  const { resetsPerAddress } = accountLimits;
  const perAddress = (name: string, limit: number, seconds = 60) =>
    requestLimit(context, name, 'address', { limit, seconds });
  const anybody = perAddress('rest', requestsPerMinute);
  const person = requestLimit(context, 'person', 'person', {
    limit: requestsPerMinute,
    seconds: 60,
  });
  /** Endpoints with a limit of their own, instead of the one by address. */
  const own = new Map<Endpoint, RequestHandler>([
    [endpoints.logIn, perAddress('login', loginsPerAddress, loginWindowSeconds)],
    [endpoints.signUp, perAddress('sign-up', signUpsPerAddress, 3600)],
    [endpoints.askPasswordReset, perAddress('password-reset', resetsPerAddress, 3600)],
    // So that other requests of the same network do not keep a returning person out.
    [endpoints.refresh, perAddress('refresh', requestsPerMinute)],
    [endpoints.demoAccounts, mustBeAskedHere],
  ]);

  const count =
    (ownLimit: RequestHandler | undefined, { open = false, guests = false } = {}): RequestHandler =>
    async (request, response, next) => {
      const who = await identify(deps.guard, request);
      // A token that is not good any more is refused also where none is needed: the app can renew it.
      const isGuest = guests && request.get('authorization') === undefined;
      const refusal = open || isGuest || who.actor ? undefined : who.error;
      const actor = who.actor ?? (isGuest ? guest : undefined);
      if (actor) response.locals['actor'] = actor;
      // A token of any account must not lead past the limit of an endpoint.
      const limit = ownLimit ?? (who.actor ? person : anybody);
      await limit(request, response, (limited: unknown) => next(limited ?? refusal));
    };

  const signedIn = count(undefined);
  /** Who shows a token is a person, whose role counts. */
  const withRole =
    (role: view.Role): RequestHandler =>
    async (request, response, next) => {
      const { authorization } = request.headers;
      if (authorization === undefined && (await deps.enterOpen(request, response))) return next();
      await signedIn(request, response, (refused: unknown) => {
        if (refused !== undefined) return next(refused);
        const actor = response.locals['actor'] as Actor;
        response.locals['operator'] = actor.userId;
        deps.mustHaveRole(actor, role).then(() => next(), next);
      });
    };

  return {
    /** Counts the request and checks what the contract's `access` asks for. */
    before(endpoint: Endpoint): RequestHandler {
      // A page shows dozens of images, and a whole network may look at them, so downloads are not counted.
      if (endpoint.access === 'public' && endpoint.download) return passOn;
      const role = roleFor(endpoint);
      if (role) return withRole(role);
      if (endpoint.access === 'host') return deps.host(endpoint);
      return count(own.get(endpoint), {
        open: endpoint.access === 'public',
        guests: endpoint.access === 'guest' && context.config.guests,
      });
    },
    /** For paths that no endpoint has, which are nobody's: only counted. */
    unknown: count(undefined, { open: true }),
  };
}

const passOn: RequestHandler = (_request, _response, next) => next();

async function identify(
  guard: Guard,
  request: Request,
): Promise<{ actor: Actor; error?: never } | { actor?: never; error: unknown }> {
  const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(request.get('authorization') ?? '')?.[1];
  if (!token) return { error: new Refusal('UNAUTHENTICATED') };
  try {
    const { userId, sessionId } = await guard.identify(token);
    return { actor: { userId, sessionId } };
  } catch (error) {
    return { error };
  }
}
