import { endpoints, type view } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { Actor } from '../platform/actor.js';
import type { Trade, TradeCommands } from './index.js';

export function mountTrade(
  door: RestDoor,
  { commands, contests }: Pick<Trade, 'commands' | 'contests'>,
): void {
  mountOffers(door, commands);
  mountDeals(door, commands);
  mountReviews(door, commands);
  door
    .on(endpoints.listContests, async ({ operator, query }) => ({
      body: await contests.list(operator, query),
    }))
    .on(endpoints.getContest, async ({ operator, params }) => ({
      body: await contests.get(operator, params.id),
    }))
    .on(endpoints.decideContest, async ({ operator, params, body }) => ({
      body: await contests.decide(operator, params.id, body),
    }));
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
    .on(endpoints.acceptOffer, acting(commands.accept))
    .on(endpoints.counterOffer, acting(commands.counter))
    .on(endpoints.declineOffer, acting(commands.decline))
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
    .on(endpoints.acceptRequest, acting(commands.giveAways.accept))
    .on(endpoints.declineRequest, acting(commands.giveAways.decline))
    .on(endpoints.withdrawRequest, acting(commands.giveAways.withdraw))
    .on(endpoints.withdrawOffer, acting(commands.withdraw));
}

function mountDeals(door: RestDoor, { deals: commands }: TradeCommands): void {
  const versionOf = ({ version }: view.Deal) => version;
  door
    .on(endpoints.changeListingState, async ({ actor, params, body, ifVersion }) => ({
      body: await commands.changeListingState(actor, params.id, body, ifVersion),
    }))
    .on(endpoints.listMyDeals, async ({ actor, query }) => ({
      body: await commands.listMine(actor, query),
    }))
    .on(endpoints.getDeal, async ({ actor, params }) => {
      const deal = await commands.get(actor, params.id);
      return { body: deal, version: deal.version };
    })
    .on(endpoints.setAppointment, acting(commands.setAppointment, versionOf))
    .on(endpoints.confirmAppointment, acting(commands.confirm, versionOf))
    .on(endpoints.completeDeal, acting(commands.complete, versionOf))
    .on(endpoints.cancelDeal, acting(commands.cancel, versionOf))
    .on(endpoints.reportNoShow, acting(commands.reportNoShow, versionOf))
    .on(endpoints.contestNoShow, async ({ actor, params, body }) => ({
      body: await commands.contestNoShow(actor, params.id, body),
    }))
    .on(endpoints.keepDeal, acting(commands.keep, versionOf));
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

/** Answers an act on one thing; `versionOf` says which version the answer has, where its ETag is to name one. */
const acting =
  <Body extends object, Reply>(
    act: (actor: Actor, id: string, body: Seen<Body>) => Promise<Reply>,
    versionOf?: (reply: Reply) => number,
  ) =>
  async (call: { actor: Actor; params: { id: string }; body: Seen<Body>; ifVersion?: number }) => {
    const reply = await act(call.actor, call.params.id, seenBy(call.ifVersion, call.body));
    return { body: reply, ...(versionOf ? { version: versionOf(reply) } : {}) };
  };

type Seen<Body extends object> = Body & { version?: number | undefined };

/**
 * The version that the caller saw, by `If-Match` or in the body. Where the two differ no version fits, since both must
 * hold.
 */
function seenBy<Body extends object>(ifVersion: number | undefined, body: Seen<Body>): Seen<Body> {
  if (ifVersion === undefined) return body;
  const both = body.version === undefined || body.version === ifVersion;
  return { ...body, version: both ? ifVersion : -1 };
}
