import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { Moderation } from './index.js';

export function mountModeration(
  door: RestDoor,
  { commands, operator, audit }: Pick<Moderation, 'commands' | 'operator' | 'audit'>,
): void {
  const { reports, people, listings, watchwords, roles } = operator;
  door
    .on(endpoints.makeReport, async ({ actor, body }) => {
      const { report, repeat } = await commands.report(actor, body);
      return { repeat, body: report };
    })
    .reply(endpoints.listReports, ({ operator: by, query }) => reports.list(by, query))
    .reply(endpoints.getReport, ({ operator: by, params }) => reports.get(by, params.id))
    .reply(endpoints.claimReport, ({ operator: by, params }) => reports.claim(by, params.id))
    .reply(endpoints.releaseReport, ({ operator: by, params }) => reports.release(by, params.id))
    .reply(endpoints.decideReport, ({ operator: by, params, body }) =>
      reports.decide(by, params.id, body),
    )
    .reply(endpoints.listSanctions, ({ operator: by, params }) => people.list(by, params.id))
    .reply(endpoints.sanctionUser, ({ operator: by, params, body }) =>
      people.sanction(by, params.id, body),
    )
    .reply(endpoints.blindListing, ({ operator: by, params, body }) =>
      listings.moderate(by, params.id, body.reason),
    )
    .reply(endpoints.unblindListing, ({ operator: by, params }) =>
      listings.moderate(by, params.id, null),
    )
    .reply(endpoints.listModerators, () => roles.list('moderator'))
    .reply(endpoints.listOperators, () => roles.list('operator'))
    .reply(endpoints.listRoles, () => roles.listAll())
    .reply(endpoints.setRole, ({ operator: by, params, body }) =>
      roles.setRole(by, params.id, body),
    )
    .reply(endpoints.resetSecondFactor, ({ operator: by, params }) =>
      roles.resetSecondFactor(by, params.id),
    )
    .reply(endpoints.listAudit, ({ query }) => audit.list(query))
    .reply(endpoints.listWatchwords, ({ query }) => watchwords.list(query))
    .on(endpoints.addWatchword, async ({ operator: by, body }) => {
      const { word, repeat } = await watchwords.add(by, body);
      return { repeat, body: word };
    })
    .reply(endpoints.removeWatchword, ({ params }) => watchwords.remove(params.id));
}
