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
      return { status: repeat ? 200 : 201, body: report };
    })
    .on(endpoints.listReports, async ({ operator: by, query }) => ({
      body: await reports.list(by, query),
    }))
    .on(endpoints.getReport, async ({ operator: by, params }) => ({
      body: await reports.get(by, params.id),
    }))
    .on(endpoints.claimReport, async ({ operator: by, params }) => ({
      body: await reports.claim(by, params.id),
    }))
    .on(endpoints.releaseReport, async ({ operator: by, params }) => {
      await reports.release(by, params.id);
      return { status: 204 };
    })
    .on(endpoints.decideReport, async ({ operator: by, params, body }) => ({
      body: await reports.decide(by, params.id, body),
    }))
    .on(endpoints.listSanctions, async ({ operator: by, params }) => ({
      body: await people.list(by, params.id),
    }))
    .on(endpoints.sanctionUser, async ({ operator: by, params, body }) => ({
      body: await people.sanction(by, params.id, body),
    }))
    .on(endpoints.blindListing, async ({ operator: by, params, body }) => ({
      body: await listings.moderate(by, params.id, body.reason),
    }))
    .on(endpoints.unblindListing, async ({ operator: by, params }) => ({
      body: await listings.moderate(by, params.id, null),
    }))
    .on(endpoints.listModerators, async () => ({ body: await roles.list('moderator') }))
    .on(endpoints.listOperators, async () => ({ body: await roles.list('operator') }))
    .on(endpoints.setRole, async ({ params, body }) => {
      await roles.setRole(params.id, body);
      return { status: 204 };
    })
    .on(endpoints.listAudit, async ({ query }) => ({ body: await audit.list(query) }))
    .on(endpoints.listWatchwords, async ({ query }) => ({ body: await watchwords.list(query) }))
    .on(endpoints.addWatchword, async ({ operator: by, body }) => {
      const { word, repeat } = await watchwords.add(by, body);
      return { status: repeat ? 200 : 201, body: word };
    })
    .on(endpoints.removeWatchword, async ({ params }) => {
      await watchwords.remove(params.id);
      return { status: 204 };
    });
}
