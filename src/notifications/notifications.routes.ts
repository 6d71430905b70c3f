import { Refusal, endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { Notifications } from './index.js';

/** `pushKey`: what browsers need before they can subscribe; no secret, and the same for everybody. */
export function mountNotifications(
  door: RestDoor,
  { settings, list, operator }: Notifications,
  pushKey: string | undefined,
): void {
  const { trace, deadLetters } = operator;
  door
    .on(endpoints.getNotificationSettings, async ({ actor }) => {
      const { settings: body, version } = await settings.get(actor.userId);
      return { body, version };
    })
    .on(endpoints.changeNotificationSettings, async ({ actor, body: change, ifVersion }) => {
      const { settings: body, version } = await settings.change(actor.userId, change, ifVersion);
      return { body, version };
    })
    .on(endpoints.listNotifications, async ({ actor, query }) => ({
      body: await list.page(actor, query),
    }))
    .on(endpoints.readNotifications, async ({ actor, body }) => ({
      body: await list.read(actor, body),
    }))
    .on(endpoints.getPushKey, () => {
      if (pushKey === undefined) throw new Refusal('NOT_FOUND');
      return Promise.resolve({ body: { publicKey: pushKey } });
    })
    .on(endpoints.traceDelivery, async ({ query }) => ({ body: await trace(query) }))
    .on(endpoints.listDeadLetters, async ({ query }) => ({ body: await deadLetters.list(query) }))
    .on(endpoints.redriveDeadLetters, async ({ body }) => ({
      body: { redriven: await deadLetters.redriveAll(body.reason) },
    }))
    .on(endpoints.redriveDeadLetter, async ({ params }) => {
      await deadLetters.redrive(params.id);
      return { status: 204 };
    });
}
