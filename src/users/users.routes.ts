import type { Router } from 'express';
import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import { exactRouter } from '../http/router.js';
import type { AccountCommands, Users } from './index.js';

export function mountUsers(door: RestDoor, commands: AccountCommands & Users['commands']): void {
  door
    .on(endpoints.signUp, async ({ body, ...caller }) => ({
      body: await commands.signUp(body, caller),
    }))
    .on(endpoints.logIn, async ({ body, ...caller }) => ({
      body: await commands.logIn(body, caller),
    }))
    .on(endpoints.refresh, async ({ body, network }) => ({
      body: await commands.refresh(body, network),
    }))
    .on(endpoints.logOut, async ({ actor }) => {
      await commands.endSessions(actor, { id: actor.sessionId });
      return { status: 204 };
    })
    .on(endpoints.logOutAll, async ({ actor }) => {
      await commands.endSessions(actor, 'all');
      return { status: 204 };
    })
    .on(endpoints.listSessions, async ({ actor }) => ({
      body: { items: await commands.listSessions(actor), nextCursor: null },
    }))
    .on(endpoints.endSession, async ({ actor, params }) => {
      await commands.endSessions(actor, { id: params.id });
      return { status: 204 };
    })
    .on(endpoints.verifyEmail, async ({ body }) => ({ body: await commands.verifyEmail(body) }))
    .on(endpoints.resendVerification, async ({ actor }) => {
      await commands.resendVerification(actor);
      return { status: 204 };
    })
    .on(endpoints.getMe, async ({ actor }) => {
      const { me, version } = await commands.getMe(actor);
      return { body: me, version };
    })
    .on(endpoints.editMe, async ({ actor, body, ifVersion }) => {
      const { me, version } = await commands.editMe(actor, body, ifVersion);
      return { body: me, version };
    })
    .on(endpoints.setNeighbourhood, async ({ actor, body }) => ({
      body: await commands.setNeighbourhood(actor, body),
    }))
    .on(endpoints.askPasswordReset, async ({ body, network }) => {
      await commands.resetPassword.ask(body, network);
      return { status: 204 };
    })
    .on(endpoints.resetPassword, async ({ body, network }) => {
      await commands.resetPassword.set(body, network);
      return { status: 204 };
    })
    .on(endpoints.changePassword, async ({ actor, body, network }) => {
      await commands.changePassword(actor, body, network);
      return { status: 204 };
    })
    .on(endpoints.changeEmail, async ({ actor, body, network }) => {
      await commands.changeEmail(actor, body, network);
      return { status: 204 };
    })
    .on(endpoints.startExport, async ({ actor }) => {
      const { shown, isNew } = await commands.startExport(actor);
      return { status: isNew ? 201 : 200, body: shown };
    })
    .on(endpoints.getExport, async ({ actor }) => ({ body: await commands.getExport(actor) }))
    .on(endpoints.downloadExport, async ({ actor }) => {
      const file = await commands.downloadExport(actor);
      return { file: { ...file, cacheControl: 'private, no-store' } };
    })
    .on(endpoints.deleteAccount, async ({ actor, body, network }) => {
      await commands.deleteAccount(actor, body, network);
      return { status: 204 };
    })
    .on(endpoints.listBlocks, async ({ actor, query }) => ({
      body: await commands.listBlocks(actor, query),
    }))
    .on(endpoints.blockUser, async ({ actor, params }) => ({
      body: await commands.block(actor, params.userId),
    }))
    .on(endpoints.unblockUser, async ({ actor, params }) => {
      await commands.unblock(actor, params.userId);
      return { status: 204 };
    })
    .on(endpoints.demoAccounts, () =>
      Promise.resolve({ body: { items: commands.demoAccounts(), nextCursor: null } }),
    );
}

/** The public keys of the access tokens, for host applications that check them themselves. */
export function jwksRoutes(tokens: { jwks(): { keys: object[] } }): Router {
  const router = exactRouter();
  router.get('/.well-known/jwks.json', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300').json(tokens.jwks());
  });
  return router;
}
