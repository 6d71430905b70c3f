import type { Router } from 'express';
import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import { exactRouter } from '../http/router.js';
import type { AccountCommands, Users } from './index.js';

export function mountUsers(door: RestDoor, commands: AccountCommands & Users['commands']): void {
  door
    .reply(endpoints.signUp, ({ body, ...caller }) => commands.signUp(body, caller))
    .reply(endpoints.logIn, ({ body, ...caller }) => commands.logIn(body, caller))
    .reply(endpoints.refresh, ({ body, network }) => commands.refresh(body, network))
    .reply(endpoints.logOut, ({ actor }) => commands.endSessions(actor, { id: actor.sessionId }))
    .reply(endpoints.logOutAll, ({ actor }) => commands.endSessions(actor, 'all'))
    .reply(endpoints.listSessions, async ({ actor }) => ({
      items: await commands.listSessions(actor),
      nextCursor: null,
    }))
    .reply(endpoints.endSession, ({ actor, params }) =>
      commands.endSessions(actor, { id: params.id }),
    )
    .reply(endpoints.verifyEmail, ({ body }) => commands.verifyEmail(body))
    .reply(endpoints.resendVerification, ({ actor }) => commands.resendVerification(actor))
    .on(endpoints.getMe, async ({ actor }) => {
      const { me, version } = await commands.getMe(actor);
      return { body: me, version };
    })
    .on(endpoints.editMe, async ({ actor, body, ifVersion }) => {
      const { me, version } = await commands.editMe(actor, body, ifVersion);
      return { body: me, version };
    })
    .reply(endpoints.setNeighbourhood, ({ actor, body }) => commands.setNeighbourhood(actor, body))
    .reply(endpoints.askPasswordReset, ({ body, network }) =>
      commands.resetPassword.ask(body, network),
    )
    .reply(endpoints.resetPassword, ({ body, network }) =>
      commands.resetPassword.set(body, network),
    )
    .reply(endpoints.changePassword, ({ actor, body, network }) =>
      commands.changePassword(actor, body, network),
    )
    .reply(endpoints.changeEmail, ({ actor, body, network }) =>
      commands.changeEmail(actor, body, network),
    )
    .reply(endpoints.getSecondFactor, ({ actor }) => commands.secondFactor.get(actor))
    .reply(endpoints.setUpSecondFactor, ({ actor, body, network }) =>
      commands.secondFactor.setUp(actor, body, network),
    )
    .reply(endpoints.confirmSecondFactor, ({ actor, body }) =>
      commands.secondFactor.confirm(actor, body),
    )
    .reply(endpoints.showSecondFactor, ({ actor, body }) => commands.secondFactor.show(actor, body))
    .on(endpoints.startExport, async ({ actor }) => {
      const { shown, isNew } = await commands.startExport(actor);
      return { repeat: !isNew, body: shown };
    })
    .reply(endpoints.getExport, ({ actor }) => commands.getExport(actor))
    .on(endpoints.downloadExport, async ({ actor }) => {
      const file = await commands.downloadExport(actor);
      return { file: { ...file, cacheControl: 'private, no-store' } };
    })
    .reply(endpoints.deleteAccount, ({ actor, body, network }) =>
      commands.deleteAccount(actor, body, network),
    )
    .reply(endpoints.listBlocks, ({ actor, query }) => commands.listBlocks(actor, query))
    .reply(endpoints.blockUser, ({ actor, params }) => commands.block(actor, params.userId))
    .reply(endpoints.unblockUser, ({ actor, params }) => commands.unblock(actor, params.userId))
    .reply(endpoints.demoAccounts, () => ({ items: commands.demoAccounts(), nextCursor: null }));
}

/** The public keys of the access tokens, for host applications that check them themselves. */
export function jwksRoutes(tokens: { jwks(): { keys: object[] } }): Router {
  const router = exactRouter();
  router.get('/.well-known/jwks.json', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300').json(tokens.jwks());
  });
  return router;
}
