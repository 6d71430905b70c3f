import type { RequestHandler } from 'express';
import { Refusal, accountLimits, endpoints, type Endpoint } from '../contract/index.js';
import type { Context } from '../context.js';
import { addressOf } from '../http/rate-limit.js';
import type { RestDoor } from '../http/rest-door.js';
import { isNearby } from '../platform/config.js';
import type { HostCommands, HostKeys } from './index.js';

export function mountHost(door: RestDoor, commands: HostCommands): void {
  const { keys } = commands;
  door
    .reply(endpoints.putHostUser, ({ params, body }) => commands.putUser(params.externalId, body))
    .reply(endpoints.removeHostUser, ({ params }) => commands.removeUser(params.externalId))
    .reply(endpoints.uploadHostImage, ({ params, file }) =>
      commands.uploadImage(params.externalId, file),
    )
    .reply(endpoints.putHostListing, ({ params, body }) =>
      commands.putListing(params.externalId, body),
    )
    .reply(endpoints.removeHostListing, ({ params }) => commands.removeListing(params.externalId))
    .reply(endpoints.mintHostToken, ({ body, network }) =>
      // The device is another one than the server that asks.
      commands.mintToken(body, { network, userAgent: undefined }),
    )
    .reply(endpoints.createHostKey, ({ body }) => keys.create(body))
    .reply(endpoints.listHostKeys, () => keys.list())
    .reply(endpoints.rotateHostKey, ({ params }) => keys.rotate(params.id))
    .reply(endpoints.endHostKey, ({ params }) => keys.end(params.id));
}

/**
 * The check of server keys, before a call of the host app. Wrong ones are counted by network address; past the bound no
 * key from there is looked at. Not where everybody comes from loopback, which is one address.
 */
export function hostAccess(
  { config, quotas }: Context,
  keys: HostKeys,
): (endpoint: Endpoint) => RequestHandler {
  const limit = { limit: accountLimits.wrongHostKeysPerAddress, seconds: 60 };
  const wrongKeys = isNearby(config) ? undefined : quotas.failures('host-key', limit);
  return ({ scope }) =>
    async (request, _response, next) => {
      const address = addressOf(request);
      await wrongKeys?.mustBeOpen(address);
      const [, sent] = /^Bearer (\S{1,256})$/i.exec(request.get('authorization') ?? '') ?? [];
      try {
        await keys.mustBeFor(scope, sent);
      } catch (error) {
        if (error instanceof Refusal && error.code === 'UNAUTHENTICATED')
          await wrongKeys?.failed(address);
        throw error;
      }
      next();
    };
}
