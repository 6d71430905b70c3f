import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { OfferCommands } from './index.js';
import { seenBy } from './seen-by.js';

export function mountOffers(door: RestDoor, commands: OfferCommands): void {
  door
    .on(endpoints.makeOffer, async ({ actor, params, body }) => {
      const { duplicate, ...answer } = await commands.make(actor, {
        ...body,
        conversationId: params.id,
      });
      return { status: duplicate ? 200 : 201, body: answer };
    })
    .on(endpoints.getOffer, async ({ actor, params }) => {
      const offer = await commands.get(actor, params.id);
      return { body: offer, version: offer.version };
    })
    .on(endpoints.acceptOffer, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.accept(actor, params.id, seenBy(ifVersion, body)),
    }))
    .on(endpoints.counterOffer, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.counter(actor, params.id, seenBy(ifVersion, body)),
    }))
    .on(endpoints.declineOffer, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.decline(actor, params.id, seenBy(ifVersion, body)),
    }))
    .on(endpoints.listOffersOfListing, async ({ actor, params, query }) => ({
      body: await commands.list.ofListing(actor, params.id, query),
    }))
    .on(endpoints.declineOffersOfListing, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.declineMany(actor, params.id, body, ifVersion),
    }))
    .on(endpoints.listMyOffers, async ({ actor, query }) => ({
      body: await commands.list.mine(actor, query),
    }))
    .on(endpoints.askForGiveAway, async ({ actor, params, body }) => {
      const { duplicate, ...answer } = await commands.giveAways.ask(actor, params.id, body);
      return { status: duplicate ? 200 : 201, body: answer };
    })
    .on(endpoints.listRequests, async ({ actor, params, query }) => ({
      body: await commands.list.ofListing(actor, params.id, query),
    }))
    .on(endpoints.acceptRequest, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.giveAways.accept(actor, params.id, seenBy(ifVersion, body)),
    }))
    .on(endpoints.declineRequest, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.giveAways.decline(actor, params.id, seenBy(ifVersion, body)),
    }))
    .on(endpoints.withdrawRequest, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.giveAways.withdraw(actor, params.id, seenBy(ifVersion, body)),
    }))
    .on(endpoints.withdrawOffer, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.withdraw(actor, params.id, seenBy(ifVersion, body)),
    }));
}
