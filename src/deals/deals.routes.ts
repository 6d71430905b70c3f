import { endpoints, type view } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import { seenBy } from '../offers/index.js';
import type { DealCommands } from './index.js';

export function mountDeals(door: RestDoor, commands: DealCommands): void {
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
