import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { AlertCommands } from './index.js';

export function mountAlerts(door: RestDoor, commands: AlertCommands): void {
  door
    .on(endpoints.addKeywordAlert, async ({ actor, body }) => {
      const { alert, isNew } = await commands.addKeywordAlert(actor, body);
      return { status: isNew ? 201 : 200, body: alert };
    })
    .on(endpoints.listKeywordAlerts, async ({ actor, query }) => ({
      body: await commands.listKeywordAlerts(actor, query),
    }))
    .on(endpoints.removeKeywordAlert, async ({ actor, params }) => {
      await commands.removeKeywordAlert(actor, params.id);
      return { status: 204 };
    })
    .on(endpoints.addSavedSearch, async ({ actor, body }) => {
      const { search, isNew } = await commands.addSavedSearch(actor, body);
      return { status: isNew ? 201 : 200, body: search };
    })
    .on(endpoints.listSavedSearches, async ({ actor, query }) => ({
      body: await commands.listSavedSearches(actor, query),
    }))
    .on(endpoints.removeSavedSearch, async ({ actor, params }) => {
      await commands.removeSavedSearch(actor, params.id);
      return { status: 204 };
    })
    .on(endpoints.followUser, async ({ actor, params }) => ({
      body: await commands.follow(actor, params.userId),
    }))
    .on(endpoints.unfollowUser, async ({ actor, params }) => {
      await commands.unfollow(actor, params.userId);
      return { status: 204 };
    })
    .on(endpoints.listFollowing, async ({ actor, query }) => ({
      body: await commands.listFollowing(actor, query),
    }));
}
