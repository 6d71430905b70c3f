import type { Response, Router } from 'express';
import { Refusal, check, endpoints } from '../contract/index.js';
import type { Moderation } from '../moderation/index.js';
import type { Trade } from '../trade/index.js';
import { accountsPage } from './accounts-page.js';
import type { AdminAccess } from './admin-access.js';
import { contestsPage } from './contests-page.js';
import { auditPage } from './audit-page.js';
import { operatorOf } from './entered.js';
import { given, problemOf, type Acts } from './forms.js';
import { sendPage } from './layout.js';
import { orNull } from './or-null.js';
import { peoplePage } from './people-page.js';
import { reportPage, reportsPage } from './reports-page.js';
import { watchwordsPage } from './watchwords-page.js';

const { listReports, getReport, decideReport, sanctionUser, listSanctions } = endpoints;
const { setRole, listRoles, listAudit, listWatchwords, addWatchword, listContests, decideContest } =
  endpoints;

/** The pages of moderators: the commands of `/v1/admin` for people. */
export function mountModerationPages(
  { router, mayCall, acts }: { router: Router; mayCall: AdminAccess['mayCall']; acts: Acts },
  {
    operator,
    audit,
    contests,
  }: Pick<Moderation, 'operator' | 'audit'> & { contests: Trade['contests'] },
): void {
  const { reports, people, watchwords, roles } = operator;
  router.get('/admin/reports', mayCall(listReports), async ({ query }, response) => {
    const asked = check(listReports.query, given(query), 'query');
    const list = await reports.list(operatorOf(response), asked);
    sendPage(response, reportsPage(list, asked.state));
  });
  const showReport = async (response: Response, id: string, problem?: string): Promise<void> => {
    const subject = await reports.get(
      operatorOf(response),
      check(getReport.params, { id }, 'path').id,
    );
    sendPage(response, reportPage(subject, operatorOf(response), problem));
  };
  router.get('/admin/reports/:id', mayCall(getReport), ({ params }, response) =>
    showReport(response, String(params['id'])),
  );
  acts('/admin/reports/claim', 'claimReport', async ({ id = '' }, response) => {
    const problem = await problemOf(() => reports.claim(operatorOf(response), id));
    if (problem !== undefined) return showReport(response, id, problem);
    response.redirect(303, `/admin/reports/${id}`);
  });
  acts('/admin/reports/decision', 'decideReport', async ({ id = '', ...fields }, response) => {
    const problem = await problemOf(() =>
      reports.decide(operatorOf(response), id, check(decideReport.body!, withDays(fields), '')),
    );
    if (problem !== undefined) return showReport(response, id, problem);
    response.redirect(303, '/admin/reports');
  });
  const showPerson = async (
    response: Response,
    id: string | undefined,
    problem?: string,
  ): Promise<void> => {
    const userId = id === undefined ? undefined : ((await roles.find(id)) ?? id);
    const found =
      userId === undefined ? undefined : await orNull(people.list(operatorOf(response), userId));
    const sanctions = found && found.items;
    sendPage(
      response.status(found === null ? 404 : 200),
      peoplePage({ id: userId, sanctions, problem }),
    );
  };
  router.get('/admin/people', mayCall(listSanctions), ({ query }, response) =>
    showPerson(response, given(query)['id']),
  );
  acts('/admin/people/sanction', 'sanctionUser', async ({ id = '', ...fields }, response) => {
    const problem = await problemOf(() =>
      people.sanction(operatorOf(response), id, check(sanctionUser.body!, withDays(fields), '')),
    );
    if (problem !== undefined) return showPerson(response, id, problem);
    response.redirect(303, `/admin/people?id=${encodeURIComponent(id)}`);
  });
  const showContests = async (response: Response, query: object, problem?: string) => {
    const list = await contests.list(
      operatorOf(response),
      check(listContests.query, query, 'query'),
    );
    sendPage(response, contestsPage(list, problem));
  };
  router.get('/admin/contests', mayCall(listContests), ({ query }, response) =>
    showContests(response, given(query)),
  );
  acts('/admin/contests/decision', 'decideContest', async ({ id = '', ...fields }, response) => {
    const problem = await problemOf(() =>
      contests.decide(operatorOf(response), id, check(decideContest.body!, fields, '')),
    );
    if (problem !== undefined) return showContests(response, {}, problem);
    response.redirect(303, '/admin/contests');
  });
  router.get('/admin/audit', mayCall(listAudit), async ({ query }, response) => {
    const list = await audit.list(check(listAudit.query, given(query), 'query'));
    sendPage(response, auditPage(list));
  });
  const showWords = async (response: Response, query: object, problem?: string): Promise<void> => {
    const list = await watchwords.list(check(listWatchwords.query, query, 'query'));
    sendPage(response, watchwordsPage(list, problem));
  };
  router.get('/admin/watchwords', mayCall(listWatchwords), ({ query }, response) =>
    showWords(response, given(query)),
  );
  acts('/admin/watchwords/add', 'addWatchword', async (fields, response) => {
    const problem = await problemOf(() =>
      watchwords.add(operatorOf(response), check(addWatchword.body!, fields, '')),
    );
    if (problem !== undefined) return showWords(response, {}, problem);
    response.redirect(303, '/admin/watchwords');
  });
  const showAccounts = async (response: Response, problem?: string): Promise<void> =>
    sendPage(
      response,
      accountsPage((await roles.listAll()).items, { own: operatorOf(response), problem }),
    );
  router.get('/admin/accounts', mayCall(listRoles), (_request, response) => showAccounts(response));
  acts('/admin/accounts/role', 'setRole', async ({ id = '', ...fields }, response) => {
    const problem = await problemOf(async () => {
      const userId = await roles.find(id);
      if (userId === undefined)
        throw new Refusal('VALIDATION_FAILED', 'Nobody has this e-mail address or id');
      await roles.setRole(operatorOf(response), userId, check(setRole.body!, fields, ''));
    });
    if (problem !== undefined) return showAccounts(response, problem);
    response.redirect(303, '/admin/accounts');
  });
  acts('/admin/accounts/second-factor', 'resetSecondFactor', async ({ id = '' }, response) => {
    const problem = await problemOf(() => roles.resetSecondFactor(operatorOf(response), id));
    if (problem !== undefined) return showAccounts(response, problem);
    response.redirect(303, '/admin/accounts');
  });
  acts('/admin/watchwords/remove', 'removeWatchword', async ({ id = '' }, response) => {
    await watchwords.remove(id);
    response.redirect(303, '/admin/watchwords');
  });
}

/** A form sends digits. */
const withDays = ({ days, ...fields }: Record<string, string>): object => ({
  ...fields,
  ...(days === undefined ? {} : { days: Number(days) }),
});
