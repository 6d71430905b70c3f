import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { WebhookCommands } from './index.js';

export function mountWebhooks(door: RestDoor, commands: WebhookCommands): void {
  door
    .on(endpoints.listWebhooks, async ({ query }) => ({ body: await commands.list(query) }))
    .on(endpoints.replayWebhooks, async ({ body }) => ({ body: await commands.replay(body) }))
    .on(endpoints.enableWebhooks, async () => {
      await commands.enable();
      return { status: 204 };
    });
}
