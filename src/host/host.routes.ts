import type { RequestHandler } from 'express';
import { Refusal, accountLimits, endpoints, type Endpoint } from '../contract/index.js';
import type { Context } from '../context.js';
import { addressOf } from '../http/rate-limit.js';
import type { RestDoor } from '../http/rest-door.js';
import type { HostCommands, HostKeys } from './index.js';

export function mountHost(door: RestDoor, commands: HostCommands): void {
  const { keys } = commands;
  door
    .on(endpoints.putHostUser, async ({ params, body }) => ({
      body: await commands.putUser(params.externalId, body),
    }))
    .on(endpoints.removeHostUser, async ({ params }) => {
      await commands.removeUser(params.externalId);
      return { status: 204 };
    })
    .on(endpoints.uploadHostImage, async ({ params, file }) => ({
      body: await commands.uploadImage(params.externalId, file),
    }))
    .on(endpoints.putHostListing, async ({ params, body }) => ({
      body: await commands.putListing(params.externalId, body),
    }))
    .on(endpoints.removeHostListing, async ({ params }) => {
      await commands.removeListing(params.externalId);
      return { status: 204 };
    })
    .on(endpoints.mintHostToken, async ({ body, network }) => ({
      // The device is another one than the server that asks.
      body: await commands.mintToken(body, { network, userAgent: undefined }),
    }))
    .on(endpoints.createHostKey, async ({ body }) => ({ body: await keys.create(body) }))
    .on(endpoints.listHostKeys, async () => ({ body: await keys.list() }))
    .on(endpoints.rotateHostKey, async ({ params }) => ({ body: await keys.rotate(params.id) }))
    .on(endpoints.endHostKey, async ({ params }) => {
      await keys.end(params.id);
      return { status: 204 };
    });
}

/**
 * The check of server keys, before a call of the host app. Wrong ones are counted by network address; past the bound no
 * key from there is looked at.
 */
export function hostAccess(
  { quotas }: Context,
  keys: HostKeys,
): (endpoint: Endpoint) => RequestHandler {
  const wrongKeys = quotas.failures('host-key', {
    limit: accountLimits.wrongHostKeysPerAddress,
    seconds: 60,
  });
  return ({ scope }) =>
    async (request, _response, next) => {
      const address = addressOf(request);
      await wrongKeys.mustBeOpen(address);
      const [, sent] = /^Bearer (\S{1,256})$/i.exec(request.get('authorization') ?? '') ?? [];
      try {
        await keys.mustBeFor(scope, sent);
      } catch (error) {
        if (error instanceof Refusal && error.code === 'UNAUTHENTICATED')
          await wrongKeys.failed(address);
        throw error;
      }
      next();
    };
}
