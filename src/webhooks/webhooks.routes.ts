import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { WebhookCommands } from './index.js';

export function mountWebhooks(door: RestDoor, commands: WebhookCommands): void {
  door
    .reply(endpoints.listWebhooks, ({ query }) => commands.list(query))
    .reply(endpoints.replayWebhooks, ({ body }) => commands.replay(body))
    .reply(endpoints.enableWebhooks, () => commands.enable());
}
