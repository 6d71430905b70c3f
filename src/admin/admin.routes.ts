import type { Router, RequestHandler, Response } from 'express';
import { check, endpoints, hasRightsOf, type view } from '../contract/index.js';
import type { HostKeys } from '../host/index.js';
import type { Moderation } from '../moderation/index.js';
import type { OperatorCommands } from '../notifications/index.js';
import type { Trade } from '../trade/index.js';
import type { Queues } from '../platform/queues.js';
import type { StatusReports } from '../platform/status-reports.js';
import type { WebhookCommands } from '../webhooks/index.js';
import { deadLettersPage } from './dead-letters-page.js';
import type { SecondFactors } from '../users/index.js';
import type { AdminAccess } from './admin-access.js';
import { enteredAs, operatorOf } from './entered.js';
import { createActs, given, problemOf } from './forms.js';
import { hostKeysPage, scopesIn } from './host-keys-page.js';
import { orNull } from './or-null.js';
import { mountModerationPages } from './moderation.routes.js';
import { overviewPage } from './overview-page.js';
import { statusPage } from './status-page.js';
import { tracePage } from './trace-page.js';
import { sendPage } from './layout.js';
import { mountSecondFactor, mountSignIn } from './sign-in.routes.js';
import { webhooksPage } from './webhooks-page.js';
import { exactRouter } from '../http/router.js';

const { traceDelivery, listDeadLetters, redriveDeadLetter, listWebhooks, replayWebhooks } =
  endpoints;
const { createHostKey, listHostKeys } = endpoints;

/**
 * The admin area as pages: the same commands as `/v1/admin`, for people. A form that changes something redirects to its
 * list, so that reloading repeats nothing.
 */
export function adminRoutes(deps: {
  access: AdminAccess;
  factors: SecondFactors;
  operator: OperatorCommands;
  webhooks: WebhookCommands;
  moderation: Pick<Moderation, 'operator' | 'audit'>;
  contests: Trade['contests'];
  hostKeys: HostKeys;
  queues: Queues;
  status: Pick<StatusReports, 'read'>;
}): Router {
  const { access, operator, webhooks, moderation, hostKeys } = deps;
  const { mayDo, mayCall } = access;
  const router = exactRouter();
  const acts = createActs(router, mayCall, moderation.audit.note);
  router.use('/admin', access.counted, (_request, response, next) => {
    // The common policy hides where a form comes from, so its request would be refused.
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'same-origin' });
    next();
  });
  mountSignIn(router, access);
  router.use('/admin', access.pages);
  mountSecondFactor(router, access, deps.factors);
  // The dashboard is read-only.
  router.use('/admin/queues', mayDo('operator'), queueBoard(deps.queues, '/admin/queues'));
  router.get('/admin', mayDo('moderator'), async (_request, response) => {
    const waiting = moderation.operator.reports.list(operatorOf(response), {
      state: 'open',
      limit: 1,
    });
    const oldestReport = (await waiting).items[0]?.report.createdAt;
    if (!hasRightsOf(enteredAs(response).role, 'operator'))
      return sendPage(response, overviewPage({ oldestReport }));
    const [{ total: deadLetters }, { disabledAt: webhooksDisabledAt }] = await Promise.all([
      operator.deadLetters.list({ limit: 1 }),
      webhooks.list({ limit: 1 }),
    ]);
    const pushes = { deadLetters, webhooksDisabledAt };
    sendPage(response, overviewPage({ oldestReport, pushes }));
  });
  router.get('/admin/status', mayDo('operator'), async (_request, response) => {
    sendPage(response, statusPage(await deps.status.read()));
  });
  router.get('/admin/deliveries', mayCall(traceDelivery), async ({ query }, response) => {
    const asked = given(query);
    if (Object.keys(asked).length === 0) return sendPage(response, tracePage({}, undefined));
    const which = traceDelivery.query.safeParse(asked);
    const trace = which.success ? await orNull(operator.trace(which.data)) : null;
    sendPage(response.status(trace ? 200 : 404), tracePage(asked, trace));
  });
  router.get('/admin/dead-letters', mayCall(listDeadLetters), async ({ query }, response) => {
    const { redriven, ...asked } = given(query);
    const list = await operator.deadLetters.list(check(listDeadLetters.query, asked, 'query'));
    sendPage(response, deadLettersPage(list, redriven));
  });
  acts('/admin/dead-letters/redrive', 'redriveDeadLetters', async ({ id, reason }, response) => {
    if (id !== undefined)
      await operator.deadLetters.redrive(check(redriveDeadLetter.params, { id }, '').id);
    const redriven = id === undefined ? await operator.deadLetters.redriveAll(reason) : 1;
    response.redirect(303, `/admin/dead-letters?redriven=${redriven}`);
  });
  router.get('/admin/webhooks', mayCall(listWebhooks), async ({ query }, response) => {
    const { done, ...asked } = given(query);
    const list = await webhooks.list(check(listWebhooks.query, asked, 'query'));
    sendPage(response, webhooksPage(list, asked, notices[done ?? '']));
  });
  acts('/admin/webhooks/replay', 'replayWebhooks', async ({ id = '' }, response) => {
    await webhooks.replay(check(replayWebhooks.body!, { ids: [id] }, ''));
    response.redirect(303, '/admin/webhooks?done=replayed');
  });
  acts('/admin/webhooks/enable', 'enableWebhooks', async (_fields, response) => {
    await webhooks.enable();
    response.redirect(303, '/admin/webhooks?done=enabled');
  });
  const showKeys = async (
    response: Response,
    more: Parameters<typeof hostKeysPage>[1] = {},
  ): Promise<void> => {
    sendPage(response, hostKeysPage((await hostKeys.list()).items, more));
  };
  router.get('/admin/host-keys', mayCall(listHostKeys), (_request, response) => showKeys(response));
  // The secret stands in the answer itself, since it is shown this once.
  acts('/admin/host-keys/create', 'createHostKey', async ({ name, ...boxes }, response) => {
    const given = { name, scopes: scopesIn(boxes) };
    let made: view.NewHostKey | undefined;
    const problem = await problemOf(async () => {
      made = await hostKeys.create(check(createHostKey.body!, given, ''));
    });
    await showKeys(response, { made, problem });
  });
  acts('/admin/host-keys/rotate', 'rotateHostKey', async ({ id = '' }, response) =>
    showKeys(response, { made: await hostKeys.rotate(id) }),
  );
  acts('/admin/host-keys/end', 'endHostKey', async ({ id = '' }, response) => {
    await hostKeys.end(id);
    response.redirect(303, '/admin/host-keys');
  });
  mountModerationPages({ router, mayCall, acts }, { ...moderation, contests: deps.contests });
  return router;
}

/** Loads the dashboard when somebody looks at it and not at every start: few processes ever show it. */
function queueBoard({ all }: Queues, path: string): RequestHandler {
  let board: Promise<RequestHandler> | undefined;
  return (request, response, next) => {
    board ??= import('./queue-board.js').then((it) => it.openQueueBoard(all, path));
    board.then((show) => show(request, response, next)).catch(next);
  };
}

const notices: Record<string, string> = {
  replayed: 'It is sent again in a moment.',
  enabled: 'The endpoint is told again what happens.',
};
