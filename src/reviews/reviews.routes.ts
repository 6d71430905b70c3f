import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { ReviewCommands } from './index.js';

export function mountReviews(door: RestDoor, commands: ReviewCommands): void {
  door
    .on(endpoints.writeReview, async ({ actor, params, body }) => {
      const { review, duplicate } = await commands.write(actor, params.id, body);
      return { status: duplicate ? 200 : 201, body: review };
    })
    .on(endpoints.listReviews, async ({ actor, params, query }) => ({
      body: await commands.list(actor, params.id, query),
    }))
    .on(endpoints.getUser, async ({ actor, params }) => {
      const { shown, version } = await commands.getProfile(actor, params.id);
      return { body: shown, version };
    });
}
