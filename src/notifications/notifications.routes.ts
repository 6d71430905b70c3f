import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { NotificationCommands } from './index.js';

export function mountNotifications(door: RestDoor, commands: NotificationCommands): void {
  door
    .on(endpoints.getNotificationSettings, async ({ actor }) => {
      const { settings, version } = await commands.getSettings(actor);
      return { body: settings, version };
    })
    .on(endpoints.changeNotificationSettings, async ({ actor, body, ifVersion }) => {
      const { settings, version } = await commands.changeSettings(actor, body, ifVersion);
      return { body: settings, version };
    })
    .on(endpoints.listNotifications, async ({ actor, query }) => ({
      body: await commands.list(actor, query),
    }))
    .on(endpoints.readNotifications, async ({ actor, body }) => ({
      body: await commands.read(actor, body),
    }));
}
