import { Refusal, invalid, endpoints } from '../contract/index.js';
import type { Context } from '../context.js';
import type { RestDoor } from '../http/rest-door.js';
import { isInvalidName, whyNotPublic } from '../platform/public-address.js';
import type { DeviceStore } from './device.store.js';

interface Deps {
  devices: DeviceStore;
  /** Which of these sign-ins are over at this moment, past everything remembered. */
  guard: { overAmong(sessionIds: string[]): Promise<string[]> };
}

export function mountDevices(
  { config, clock }: Context,
  door: RestDoor,
  { devices, guard }: Deps,
): void {
  door
    .on(endpoints.registerDevice, async ({ actor, params, body }) => {
      const { provider, subscription, locale, timeZone } = body;
      if (subscription) assertReachable(subscription.endpoint, config.privateEndpoints);
      const address = subscription
        ? { token: subscription.endpoint, keys: subscription.keys }
        : { token: body.token! };
      const { userId, sessionId } = actor;
      const told = { provider, locale, timeZone };
      const lastSeenAt = clock();
      await devices.put({
        ...told,
        ...address,
        deviceId: params.id,
        userId,
        sessionId,
        lastSeenAt,
      });
      // A node may take a sign-in for open that has just ended, and its devices were forgotten before this one came.
      const over = await guard.overAmong([sessionId]);
      if (over.length > 0) {
        await devices.removeOfSessions(over);
        throw new Refusal('SESSION_REVOKED');
      }
      return { body: { id: params.id, ...told, lastSeenAt: lastSeenAt.toISOString() } };
    })
    .reply(endpoints.removeDevice, ({ actor, params }) => devices.remove(actor.userId, params.id));
}

function assertReachable(endpoint: string, privateEndpoints: boolean): void {
  const against = isInvalidName(endpoint)
    ? 'is the address of a subscription that is over'
    : privateEndpoints
      ? undefined
      : whyNotPublic(endpoint);
  if (against === undefined) return;
  throw invalid('subscription.endpoint', against);
}
