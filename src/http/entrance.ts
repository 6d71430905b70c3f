import type { Request, RequestHandler } from 'express';
import { Refusal, type Endpoint } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';

/** What runs before the handler of an endpoint. It is mounted on the same route, so no second matcher can disagree. */
export interface Entrance {
  /** Counts the request and checks what the contract's `access` asks for. */
  before(endpoint: Endpoint): RequestHandler;
  /** For paths that no endpoint has: closed to strangers too, so that a forgotten route is not an open one. */
  unknown: RequestHandler;
}

export interface Guard {
  /** Says who holds an access token. Throws the refusal for the caller. */
  identify(token: string): Promise<Actor>;
}

/**
 * The login check, once for all of REST. A person who is signed in is counted as such and everybody else by network
 * address, so that one of many behind an address cannot use up what the others need.
 */
export function createEntrance(deps: {
  guard: Guard;
  /** The check of the admin area. */
  admin: RequestHandler;
  perPerson: RequestHandler;
  perAddress: RequestHandler;
  /** Endpoints with a limit of their own, instead of the one by address. */
  own: ReadonlyMap<unknown, RequestHandler>;
}): Entrance {
  const { perPerson, perAddress } = deps;

  const count =
    (own: RequestHandler | undefined, open: boolean): RequestHandler =>
    async (request, response, next) => {
      const who = await identify(deps.guard, request);
      const refusal = open || who.actor ? undefined : who.error;
      if (who.actor) response.locals['actor'] = who.actor;
      // A token of any account must not lead past the limit of an endpoint.
      const limit = own ?? (who.actor ? perPerson : perAddress);
      await limit(request, response, (limited: unknown) => next(limited ?? refusal));
    };

  return {
    before(endpoint) {
      // A page shows dozens of images, and a whole network may look at them, so downloads are not counted.
      if (endpoint.access === 'public' && endpoint.download) return passOn;
      if (endpoint.access === 'admin') return deps.admin;
      return count(deps.own.get(endpoint), endpoint.access === 'public');
    },
    unknown: count(undefined, false),
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
