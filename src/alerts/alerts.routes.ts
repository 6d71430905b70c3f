import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { AlertCommands } from './index.js';

export function mountAlerts(door: RestDoor, commands: AlertCommands): void {
  door
    .on(endpoints.addKeywordAlert, async ({ actor, body }) => {
      const { alert, isNew } = await commands.addKeywordAlert(actor, body);
      return { repeat: !isNew, body: alert };
    })
    .reply(endpoints.listKeywordAlerts, ({ actor, query }) =>
      commands.listKeywordAlerts(actor, query),
    )
    .reply(endpoints.removeKeywordAlert, ({ actor, params }) =>
      commands.removeKeywordAlert(actor, params.id),
    )
    .on(endpoints.addSavedSearch, async ({ actor, body }) => {
      const { search, isNew } = await commands.addSavedSearch(actor, body);
      return { repeat: !isNew, body: search };
    })
    .reply(endpoints.listSavedSearches, ({ actor, query }) =>
      commands.listSavedSearches(actor, query),
    )
    .reply(endpoints.removeSavedSearch, ({ actor, params }) =>
      commands.removeSavedSearch(actor, params.id),
    )
    .reply(endpoints.followUser, ({ actor, params }) => commands.follow(actor, params.userId))
    .reply(endpoints.unfollowUser, ({ actor, params }) => commands.unfollow(actor, params.userId))
    .reply(endpoints.listFollowing, ({ actor, query }) => commands.listFollowing(actor, query));
}
