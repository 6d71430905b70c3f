import type { Response, Router } from 'express';
import { Refusal, check, errorCodes, request, retryAfterSeconds } from '../contract/index.js';
import { addressOf } from '../http/rate-limit.js';
import type { SecondFactors } from '../users/index.js';
import type { AdminAccess } from './admin-access.js';
import { enteredAs } from './entered.js';
import { given, problemOf, readForm } from './forms.js';
import { sendPage, signInPage } from './layout.js';
import { secondFactorPath, signInPath, signOutPath } from './paths.js';
import {
  confirmPage,
  newSecretPage,
  recoveryCodesPage,
  secondFactorPage,
} from './second-factor-page.js';

/** What a sign-in may be refused with, as the page says it. */
const said = new Set(['UNAUTHENTICATED', 'RATE_LIMITED', 'ACCOUNT_SUSPENDED', 'UNAVAILABLE']);

/** The door of the admin area. None of this is an act that is noted with its fields: these are secrets. */
export function mountSignIn(router: Router, access: AdminAccess): void {
  router.get(signInPath, access.entrance, (_request, response) => {
    response.send(signInPage());
  });
  router.post(signInPath, access.entrance, readForm, async (asked, response) => {
    try {
      await access.signIn(given(asked.body), asked, response);
      response.redirect(303, '/admin');
    } catch (error) {
      if (!(error instanceof Refusal) || !said.has(error.code)) throw error;
      const seconds = retryAfterSeconds(error);
      if (seconds !== undefined) response.set('Retry-After', String(seconds));
      response.status(errorCodes[error.code].status).send(signInPage(error.message));
    }
  });
}

/** For who has signed in, whatever is left to be shown. */
export function mountSecondFactor(
  router: Router,
  access: AdminAccess,
  factors: Pick<SecondFactors, 'get' | 'setUp' | 'confirm' | 'show'>,
): void {
  /** Throws NOT_FOUND where the area is open, and so nobody has signed in. */
  const actorOf = (response: Response) => {
    const { actor } = enteredAs(response);
    if (!actor) throw new Refusal('NOT_FOUND', 'Nobody has signed in here');
    return actor;
  };
  /** With the links of the role, once nothing is left to be shown. */
  const show = async (response: Response, problem?: string): Promise<void> => {
    const actor = actorOf(response);
    response.locals['role'] = await access.roleOf(actor);
    sendPage(response, secondFactorPage(await factors.get(actor), problem));
  };

  router.post(signOutPath, async (_request, response) => {
    await access.signOut(response);
    response.redirect(303, signInPath);
  });
  router.get(secondFactorPath, (_request, response) => show(response));
  router.post(`${secondFactorPath}/set-up`, readForm, async (asked, response) => {
    const body = () => check(request.SetUpSecondFactor, given(asked.body), '');
    const problem = await problemOf(async () =>
      sendPage(
        response,
        newSecretPage(await factors.setUp(actorOf(response), body(), addressOf(asked))),
      ),
    );
    if (problem !== undefined) await show(response.status(422), problem);
  });
  router.post(`${secondFactorPath}/confirm`, readForm, async (asked, response) => {
    const body = () => check(request.ConfirmSecondFactor, given(asked.body), '');
    const problem = await problemOf(async () =>
      sendPage(response, recoveryCodesPage(await factors.confirm(actorOf(response), body()))),
    );
    if (problem !== undefined) sendPage(response.status(422), confirmPage(problem));
  });
  router.post(`${secondFactorPath}/show`, readForm, async (asked, response) => {
    const body = () => check(request.ShowSecondFactor, given(asked.body), '');
    const problem = await problemOf(() => factors.show(actorOf(response), body()));
    if (problem !== undefined) return show(response.status(422), problem);
    response.redirect(303, '/admin');
  });
}
