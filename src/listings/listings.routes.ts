import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import { listCategories } from '../domain/categories.js';
import type { ListingCommands } from './index.js';

export function mountListings(door: RestDoor, commands: ListingCommands): void {
  door
    .reply(endpoints.listCategories, () => ({ items: listCategories(), nextCursor: null }))
    .reply(endpoints.createListing, ({ actor, body, requestId }) =>
      commands.create(actor, body, requestId),
    )
    .reply(endpoints.listListings, ({ actor, query }) => commands.list(actor, query))
    .reply(endpoints.suggestSearches, ({ query }) => commands.suggest(query.q))
    .reply(endpoints.listMyListings, ({ actor, query }) => commands.listMine(actor, query))
    .reply(endpoints.listUserListings, ({ actor, params, query }) =>
      commands.listOf(actor, params.id, query),
    )
    .reply(endpoints.getListing, ({ actor, params }) => commands.get(actor, params.id))
    .reply(endpoints.editListing, ({ actor, params, body, ifVersion }) =>
      commands.edit(actor, params.id, body, ifVersion),
    )
    .reply(endpoints.bumpListing, ({ actor, params, ifVersion }) =>
      commands.bump(actor, params.id, ifVersion),
    )
    .reply(endpoints.listPrices, ({ actor, params, query }) =>
      commands.listPrices(actor, params.id, query),
    )
    .reply(endpoints.addFavourite, ({ actor, params }) => commands.addFavourite(actor, params.id))
    .reply(endpoints.removeFavourite, ({ actor, params }) =>
      commands.removeFavourite(actor, params.id),
    )
    .reply(endpoints.listFavourites, ({ actor, query }) => commands.listFavourites(actor, query))
    .reply(endpoints.removeListing, ({ actor, params, ifVersion }) =>
      commands.remove(actor, params.id, ifVersion),
    );
}
