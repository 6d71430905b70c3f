import { endpoints, type view } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { TradeCommands } from './index.js';

export function mountTrade(door: RestDoor, commands: TradeCommands): void {
  mountOffers(door, commands);
  mountDeals(door, commands);
  mountReviews(door, commands);
}

function mountOffers(door: RestDoor, { offers: commands }: TradeCommands): void {
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

function mountDeals(door: RestDoor, { deals: commands }: TradeCommands): void {
  const answer = (deal: view.Deal) => ({ body: deal, version: deal.version });
  door
    .on(endpoints.changeListingState, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.changeListingState(actor, params.id, body, ifVersion),
    }))
    .on(endpoints.listMyDeals, async ({ actor, query }) => ({
      body: await commands.listMine(actor, query),
    }))
    .on(endpoints.getDeal, async ({ actor, params }) =>
      answer(await commands.get(actor, params.id)),
    )
    .on(endpoints.setAppointment, async ({ actor, params, body, ifVersion }) =>
      answer(await commands.setAppointment(actor, params.id, seenBy(ifVersion, body))),
    )
    .on(endpoints.confirmAppointment, async ({ actor, params, body, ifVersion }) =>
      answer(await commands.confirm(actor, params.id, seenBy(ifVersion, body))),
    )
    .on(endpoints.completeDeal, async ({ actor, params, body, ifVersion }) =>
      answer(await commands.complete(actor, params.id, seenBy(ifVersion, body))),
    )
    .on(endpoints.cancelDeal, async ({ actor, params, body, ifVersion }) =>
      answer(await commands.cancel(actor, params.id, seenBy(ifVersion, body))),
    )
    .on(endpoints.reportNoShow, async ({ actor, params, body, ifVersion }) =>
      answer(await commands.reportNoShow(actor, params.id, seenBy(ifVersion, body))),
    )
    .on(endpoints.keepDeal, async ({ actor, params, body, ifVersion }) =>
      answer(await commands.keep(actor, params.id, seenBy(ifVersion, body))),
    );
}

function mountReviews(door: RestDoor, { reviews: commands }: TradeCommands): void {
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

/**
 * The version that the caller saw, by `If-Match` or in the body. Where the two differ no version fits, since both must
 * hold.
 */
function seenBy<Body extends object>(
  ifVersion: number | undefined,
  body: Body & { version?: number | undefined },
): Body & { version?: number | undefined } {
  if (ifVersion === undefined) return body;
  const both = body.version === undefined || body.version === ifVersion;
  return { ...body, version: both ? ifVersion : -1 };
}
