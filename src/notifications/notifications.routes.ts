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
    .reply(endpoints.listNotifications, ({ actor, query }) => list.page(actor, query))
    .reply(endpoints.readNotifications, ({ actor, body }) => list.read(actor, body))
    .reply(endpoints.getPushKey, () => {
      if (pushKey === undefined) throw new Refusal('NOT_FOUND');
      return { publicKey: pushKey };
    })
    .reply(endpoints.traceDelivery, ({ query }) => trace(query))
    .reply(endpoints.listDeadLetters, ({ query }) => deadLetters.list(query))
    .reply(endpoints.redriveDeadLetters, async ({ body }) => ({
      redriven: await deadLetters.redriveAll(body.reason),
    }))
    .reply(endpoints.redriveDeadLetter, ({ params }) => deadLetters.redrive(params.id));
}
