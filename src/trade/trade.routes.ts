import { endpoints } from '../contract/index.js';
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
    .reply(endpoints.listContests, ({ operator, query }) => contests.list(operator, query))
    .reply(endpoints.getContest, ({ operator, params }) => contests.get(operator, params.id))
    .reply(endpoints.decideContest, ({ operator, params, body }) =>
      contests.decide(operator, params.id, body),
    );
}

function mountOffers(door: RestDoor, { offers: commands }: TradeCommands): void {
  door
    .on(endpoints.makeOffer, async ({ actor, params, body }) => {
      const { duplicate, ...answer } = await commands.make(actor, {
        ...body,
        conversationId: params.id,
      });
      return { repeat: duplicate, body: answer };
    })
    .reply(endpoints.getOffer, ({ actor, params }) => commands.get(actor, params.id))
    .reply(endpoints.acceptOffer, acting(commands.accept))
    .reply(endpoints.counterOffer, acting(commands.counter))
    .reply(endpoints.declineOffer, acting(commands.decline))
    .reply(endpoints.listOffersOfListing, ({ actor, params, query }) =>
      commands.list.ofListing(actor, params.id, query),
    )
    .reply(endpoints.declineOffersOfListing, ({ actor, params, body, ifVersion }) =>
      commands.declineMany(actor, params.id, body, ifVersion),
    )
    .reply(endpoints.listMyOffers, ({ actor, query }) => commands.list.mine(actor, query))
    .on(endpoints.askForGiveAway, async ({ actor, params, body }) => {
      const { duplicate, ...answer } = await commands.giveAways.ask(actor, params.id, body);
      return { repeat: duplicate, body: answer };
    })
    .reply(endpoints.listRequests, ({ actor, params, query }) =>
      commands.list.ofListing(actor, params.id, query),
    )
    .reply(endpoints.acceptRequest, acting(commands.giveAways.accept))
    .reply(endpoints.declineRequest, acting(commands.giveAways.decline))
    .reply(endpoints.withdrawRequest, acting(commands.giveAways.withdraw))
    .reply(endpoints.withdrawOffer, acting(commands.withdraw));
}

function mountDeals(door: RestDoor, { deals: commands }: TradeCommands): void {
  door
    .reply(endpoints.changeListingState, ({ actor, params, body, ifVersion }) =>
      commands.changeListingState(actor, params.id, body, ifVersion),
    )
    .reply(endpoints.listMyDeals, ({ actor, query }) => commands.listMine(actor, query))
    .reply(endpoints.getDeal, ({ actor, params }) => commands.get(actor, params.id))
    .reply(endpoints.setAppointment, acting(commands.setAppointment))
    .reply(endpoints.confirmAppointment, acting(commands.confirm))
    .reply(endpoints.completeDeal, acting(commands.complete))
    .reply(endpoints.cancelDeal, acting(commands.cancel))
    .reply(endpoints.reportNoShow, acting(commands.reportNoShow))
    .reply(endpoints.contestNoShow, ({ actor, params, body }) =>
      commands.contestNoShow(actor, params.id, body),
    )
    .reply(endpoints.keepDeal, acting(commands.keep));
}

function mountReviews(door: RestDoor, { reviews: commands }: TradeCommands): void {
  door
    .on(endpoints.writeReview, async ({ actor, params, body }) => {
      const { review, duplicate } = await commands.write(actor, params.id, body);
      return { repeat: duplicate, body: review };
    })
    .reply(endpoints.listReviews, ({ actor, params, query }) =>
      commands.list(actor, params.id, query),
    )
    .on(endpoints.getUser, async ({ actor, params }) => {
      const { shown, version } = await commands.getProfile(actor, params.id);
      return { body: shown, version };
    });
}

/** Answers an act on one thing. */
const acting =
  <Body extends object, Reply>(
    act: (actor: Actor, id: string, body: Seen<Body>) => Promise<Reply>,
  ) =>
  (call: {
    actor: Actor;
    params: { id: string };
    body: Seen<Body>;
    ifVersion: number | undefined;
  }) =>
    act(call.actor, call.params.id, seenBy(call.ifVersion, call.body));

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
