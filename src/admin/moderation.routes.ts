import type { Response, Router } from 'express';
import { check, endpoints } from '../contract/index.js';
import type { Moderation } from '../moderation/index.js';
import type { Trade } from '../trade/index.js';
import { contestsPage } from './contests-page.js';
import { auditPage } from './audit-page.js';
import { given, operatorOf, problemOf, type Acts } from './forms.js';
import { orNull } from './or-null.js';
import { peoplePage } from './people-page.js';
import { reportPage, reportsPage } from './reports-page.js';
import { watchwordsPage } from './watchwords-page.js';

const { listReports, getReport, decideReport, sanctionUser, setRole, listAudit } = endpoints;
const { listWatchwords, addWatchword, listContests, decideContest } = endpoints;

/** The pages of moderators: the commands of `/v1/admin` for people. */
export function mountModerationPages(
  router: Router,
  acts: Acts,
  {
    operator,
    audit,
    contests,
  }: Pick<Moderation, 'operator' | 'audit'> & { contests: Trade['contests'] },
): void {
  const { reports, people, watchwords, roles } = operator;
  router.get('/admin/reports', async ({ query }, response) => {
    const asked = check(listReports.query, given(query), 'query');
    response.send(reportsPage(await reports.list(operatorOf(response), asked), asked.state));
  });
  const showReport = async (response: Response, id: string, problem?: string): Promise<void> => {
    const subject = await reports.get(
      operatorOf(response),
      check(getReport.params, { id }, 'path').id,
    );
    response.send(reportPage(subject, operatorOf(response), problem));
  };
  router.get('/admin/reports/:id', ({ params }, response) => showReport(response, params.id));
  acts('/admin/reports/claim', 'claimReport', async ({ id = '' }, response) => {
    const problem = await problemOf(() => reports.claim(operatorOf(response), id));
    if (problem !== undefined) return showReport(response, id, problem);
    response.redirect(303, `/admin/reports/${id}`);
  });
  acts('/admin/reports/decision', 'decideReport', async ({ id = '', ...fields }, response) => {
    const problem = await problemOf(() =>
      reports.decide(operatorOf(response), id, check(decideReport.body!, withDays(fields), 'body')),
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
    const [moderators, operators] = await Promise.all([
      roles.list('moderator'),
      roles.list('operator'),
    ]);
    const holders = { moderator: moderators.items, operator: operators.items };
    response
      .status(found === null ? 404 : 200)
      .send(peoplePage({ id: userId, sanctions, holders, problem }));
  };
  acts('/admin/people/role', 'setRole', async ({ id = '', ...fields }, response) => {
    const problem = await problemOf(() => roles.setRole(id, check(setRole.body!, fields, 'body')));
    if (problem !== undefined) return showPerson(response, id, problem);
    response.redirect(303, `/admin/people?id=${encodeURIComponent(id)}`);
  });
  router.get('/admin/people', ({ query }, response) => showPerson(response, given(query)['id']));
  acts('/admin/people/sanction', 'sanctionUser', async ({ id = '', ...fields }, response) => {
    const problem = await problemOf(() =>
      people.sanction(
        operatorOf(response),
        id,
        check(sanctionUser.body!, withDays(fields), 'body'),
      ),
    );
    if (problem !== undefined) return showPerson(response, id, problem);
    response.redirect(303, `/admin/people?id=${encodeURIComponent(id)}`);
  });
  const showContests = async (response: Response, query: object, problem?: string) => {
    const list = await contests.list(
      operatorOf(response),
      check(listContests.query, query, 'query'),
    );
    response.send(contestsPage(list, problem));
  };
  router.get('/admin/contests', ({ query }, response) => showContests(response, given(query)));
  acts('/admin/contests/decision', 'decideContest', async ({ id = '', ...fields }, response) => {
    const problem = await problemOf(() =>
      contests.decide(operatorOf(response), id, check(decideContest.body!, fields, 'body')),
    );
    if (problem !== undefined) return showContests(response, {}, problem);
    response.redirect(303, '/admin/contests');
  });
  router.get('/admin/audit', async ({ query }, response) => {
    response.send(auditPage(await audit.list(check(listAudit.query, given(query), 'query'))));
  });
  const showWords = async (response: Response, query: object, problem?: string): Promise<void> => {
    const list = await watchwords.list(check(listWatchwords.query, query, 'query'));
    response.send(watchwordsPage(list, problem));
  };
  router.get('/admin/watchwords', ({ query }, response) => showWords(response, given(query)));
  acts('/admin/watchwords/add', 'addWatchword', async (fields, response) => {
    const problem = await problemOf(() =>
      watchwords.add(operatorOf(response), check(addWatchword.body!, fields, 'body')),
    );
    if (problem !== undefined) return showWords(response, {}, problem);
    response.redirect(303, '/admin/watchwords');
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
