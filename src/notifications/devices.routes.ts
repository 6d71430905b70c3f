import { Refusal, endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { Clock } from '../platform/clock.js';
import type { DeviceStore } from './device.store.js';

/** `overAmong`: which of these sign-ins are over at this moment, past everything remembered. */
export function mountDevices(
  door: RestDoor,
  devices: DeviceStore,
  overAmong: (sessionIds: string[]) => Promise<string[]>,
  clock: Clock,
): void {
  door
    .on(endpoints.registerDevice, async ({ actor, params, body }) => {
      const { provider, subscription, locale, timeZone } = body;
      const address = subscription
        ? { token: subscription.endpoint, keys: subscription.keys }
        : { token: body.token! };
      const device = {
        ...{ provider, ...address, locale, timeZone },
        deviceId: params.id,
        userId: actor.userId,
        sessionId: actor.sessionId,
        lastSeenAt: clock(),
      };
      await devices.put(device);
      // A node may take a sign-in for open that has just ended, and its devices were forgotten before this one came.
      const over = await overAmong([actor.sessionId]);
      if (over.length > 0) {
        await devices.removeOfSessions(over);
        throw new Refusal('SESSION_REVOKED');
      }
      const { lastSeenAt } = device;
      return {
        body: { id: params.id, provider, locale, timeZone, lastSeenAt: lastSeenAt.toISOString() },
      };
    })
    .on(endpoints.removeDevice, async ({ actor, params }) => {
      await devices.remove(actor.userId, params.id);
      return { status: 204 };
    });
}
