import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { ModerationCommands } from './index.js';

export function mountModeration(door: RestDoor, commands: ModerationCommands): void {
  door.on(endpoints.makeReport, async ({ actor, body }) => {
    const { report, repeat } = await commands.report(actor, body);
    return { status: repeat ? 200 : 201, body: report };
  });
}
