import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import { listCategories } from '../domain/categories.js';
import type { ListingCommands } from './index.js';

export function mountListings(door: RestDoor, commands: ListingCommands): void {
  door
    .on(endpoints.listCategories, () =>
      Promise.resolve({ body: { items: listCategories(), nextCursor: null } }),
    )
    .on(endpoints.createListing, async ({ actor, body, requestId }) => {
      const listing = await commands.create(actor, body, requestId);
      return { body: listing, version: listing.version };
    })
    .on(endpoints.listListings, async ({ actor, query }) => ({
      body: await commands.list(actor, query),
    }))
    .on(endpoints.suggestSearches, async ({ query }) => ({
      body: await commands.suggest(query.q),
    }))
    .on(endpoints.listMyListings, async ({ actor, query }) => ({
      body: await commands.listMine(actor, query),
    }))
    .on(endpoints.listUserListings, async ({ actor, params, query }) => ({
      body: await commands.listOf(actor, params.id, query),
    }))
    .on(endpoints.getListing, async ({ actor, params }) => {
      const listing = await commands.get(actor, params.id);
      return { body: listing, version: listing.version };
    })
    .on(endpoints.editListing, async ({ actor, params, body, ifVersion }) => {
      const listing = await commands.edit(actor, params.id, body, ifVersion);
      return { body: listing, version: listing.version };
    })
    .on(endpoints.bumpListing, async ({ actor, params, ifVersion }) => {
      const listing = await commands.bump(actor, params.id, ifVersion);
      return { body: listing, version: listing.version };
    })
    .on(endpoints.listPrices, async ({ actor, params, query }) => ({
      body: await commands.listPrices(actor, params.id, query),
    }))
    .on(endpoints.addFavourite, async ({ actor, params }) => ({
      body: await commands.addFavourite(actor, params.id),
    }))
    .on(endpoints.removeFavourite, async ({ actor, params }) => {
      await commands.removeFavourite(actor, params.id);
      return { status: 204 };
    })
    .on(endpoints.listFavourites, async ({ actor, query }) => ({
      body: await commands.listFavourites(actor, query),
    }))
    .on(endpoints.removeListing, async ({ actor, params, ifVersion }) => {
      await commands.remove(actor, params.id, ifVersion);
      return { status: 204 };
    });
}
