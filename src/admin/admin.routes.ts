import type { Router, RequestHandler, Response } from 'express';
import { Refusal, check, endpoints, type view } from '../contract/index.js';
import type { HostKeys } from '../host/index.js';
import type { Moderation } from '../moderation/index.js';
import type { OperatorCommands } from '../notifications/index.js';
import type { Trade } from '../trade/index.js';
import type { Queues } from '../platform/queues.js';
import type { StatusReports } from '../platform/status-reports.js';
import type { WebhookCommands } from '../webhooks/index.js';
import { deadLettersPage } from './dead-letters-page.js';
import { createActs, given, operatorOf, problemOf, readForm } from './forms.js';
import { hostKeysPage, scopesIn } from './host-keys-page.js';
import { orNull } from './or-null.js';
import { mountModerationPages } from './moderation.routes.js';
import { overviewPage } from './overview-page.js';
import { statusPage } from './status-page.js';
import { tracePage } from './trace-page.js';
import { secondFactorPage, secondFactorPath } from './second-factor-page.js';
import type { SecondFactor } from './second-factor.js';
import { webhooksPage } from './webhooks-page.js';
import { exactRouter } from '../http/router.js';

const { traceDelivery, listDeadLetters, redriveDeadLetter, listWebhooks, replayWebhooks } =
  endpoints;
const { createHostKey } = endpoints;

/**
 * The admin area as pages: the same commands as `/v1/admin`, for people. A form that changes something redirects to its
 * list, so that reloading repeats nothing.
 */
export function adminRoutes(deps: {
  access: RequestHandler;
  factor: Pick<SecondFactor, 'show'>;
  operator: OperatorCommands;
  webhooks: WebhookCommands;
  moderation: Pick<Moderation, 'operator' | 'audit'>;
  contests: Trade['contests'];
  hostKeys: HostKeys;
  queues: Queues;
  status: Pick<StatusReports, 'read'>;
}): Router {
  const { operator, webhooks, moderation, hostKeys } = deps;
  const router = exactRouter();
  const acts = createActs(router, moderation.audit.note);
  router.use('/admin', deps.access);
  // The dashboard is read-only.
  router.use('/admin/queues', queueBoard(deps.queues, '/admin/queues'));
  router.use('/admin', (_request, response, next) => {
    // The common policy hides where a form comes from, so its request would be refused.
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'same-origin' });
    next();
  });
  router.get(secondFactorPath, (_request, response) => {
    response.send(secondFactorPage());
  });
  // By itself, and not as an act: the code must not stand in the trail.
  router.post(secondFactorPath, readForm, async ({ body, secure }, response) => {
    const by = operatorOf(response);
    const { code = '' } = given(body);
    try {
      const { name, value, maxAge } = await deps.factor.show(by, code.trim());
      await moderation.audit.note(by, 'showSecondFactor', {});
      response.cookie(name, value, { httpOnly: true, sameSite: 'strict', secure, maxAge });
      response.redirect(303, '/admin');
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'UNAUTHENTICATED') throw error;
      await moderation.audit.note(by, 'wrongSecondFactor', {});
      response.status(403).send(secondFactorPage(error.message));
    }
  });
  router.get('/admin', async (_request, response) => {
    const by = operatorOf(response);
    const [{ total: deadLetters }, { disabledAt: webhooksDisabledAt }, reports] = await Promise.all(
      [
        operator.deadLetters.list({ limit: 1 }),
        webhooks.list({ limit: 1 }),
        moderation.operator.reports.list(by, { state: 'open', limit: 1 }),
      ],
    );
    const [oldest] = reports.items;
    response.send(
      overviewPage({ deadLetters, webhooksDisabledAt, oldestReport: oldest?.report.createdAt }),
    );
  });
  router.get('/admin/status', async (_request, response) => {
    response.send(statusPage(await deps.status.read()));
  });
  router.get('/admin/deliveries', async ({ query }, response) => {
    const asked = given(query);
    if (Object.keys(asked).length === 0) return void response.send(tracePage({}, undefined));
    const which = traceDelivery.query.safeParse(asked);
    const trace = which.success ? await orNull(operator.trace(which.data)) : null;
    response.status(trace ? 200 : 404).send(tracePage(asked, trace));
  });
  router.get('/admin/dead-letters', async ({ query }, response) => {
    const { redriven, ...asked } = given(query);
    const list = await operator.deadLetters.list(check(listDeadLetters.query, asked, 'query'));
    response.send(deadLettersPage(list, redriven));
  });
  acts('/admin/dead-letters/redrive', 'redriveDeadLetters', async ({ id, reason }, response) => {
    if (id !== undefined)
      await operator.deadLetters.redrive(check(redriveDeadLetter.params, { id }, 'body').id);
    const redriven = id === undefined ? await operator.deadLetters.redriveAll(reason) : 1;
    response.redirect(303, `/admin/dead-letters?redriven=${redriven}`);
  });
  router.get('/admin/webhooks', async ({ query }, response) => {
    const { done, ...asked } = given(query);
    const list = await webhooks.list(check(listWebhooks.query, asked, 'query'));
    response.send(webhooksPage(list, asked, notices[done ?? '']));
  });
  acts('/admin/webhooks/replay', 'replayWebhooks', async ({ id = '' }, response) => {
    await webhooks.replay(check(replayWebhooks.body!, { ids: [id] }, 'body'));
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
    response.send(hostKeysPage((await hostKeys.list()).items, more));
  };
  router.get('/admin/host-keys', (_request, response) => showKeys(response));
  // The secret stands in the answer itself, since it is shown this once.
  acts('/admin/host-keys/create', 'createHostKey', async ({ name, ...boxes }, response) => {
    const given = { name, scopes: scopesIn(boxes) };
    let made: view.NewHostKey | undefined;
    const problem = await problemOf(async () => {
      made = await hostKeys.create(check(createHostKey.body!, given, 'body'));
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
  mountModerationPages(router, acts, { ...moderation, contests: deps.contests });
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
