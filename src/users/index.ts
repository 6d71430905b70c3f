import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.js';
import type { Hearing } from '../platform/hearing.js';
import type { Logger } from '../platform/logger.js';
import type { Mailer } from '../platform/mail.js';
import { createBlockUser } from './block-user.js';
import { BlockStore } from './block.store.js';
import { Blocks, type ClosureNews } from './blocks.js';
import { EmailProof } from './email-proof.js';
import { createEndSessions } from './end-sessions.js';
import { createLogIn } from './log-in.js';
import { createLoginTries } from './login-tries.js';
import { createMe } from './me.js';
import { Passwords } from './passwords.js';
import { createRefreshSession } from './refresh-session.js';
import { SessionGuard, type SessionNews } from './session-guard.js';
import { SessionStore } from './session.store.js';
import { createSignIn } from './sign-in.js';
import { createSignUp } from './sign-up.js';
import { Tokens } from './tokens.js';
import { createPresentMe } from './user.presenter.js';
import { createVerifiedPolicy } from './user.policy.js';
import { UserStore } from './user.store.js';
import { createVerifyEmail } from './verify-email.js';

export { BlockStore } from './block.store.js';
export { Blocks, type ClosureNews } from './blocks.js';
export { demoAccounts } from './demo-accounts.js';
export { presentGone, presentProfile } from './user.presenter.js';
export type { SessionGuard, SessionNews } from './session-guard.js';
export { UserStore, type Profile, type StoredManner } from './user.store.js';
export type { VerifiedPolicy } from './user.policy.js';

export type UserCommands = ReturnType<typeof createUsers>['commands'];

/** Builds the slice: accounts, sessions, tokens. */
export function createUsers(deps: {
  mongo: Connection;
  mailer: Mailer;
  news: SessionNews;
  closureNews: ClosureNews;
  /** What lies between two people follows their blocks: called after every change. */
  /** Who blocked or lifted it, and the other. */
  blocksChanged: (pair: [string, string]) => Promise<void>;
  hearing: Hearing;
  /** What others see of a person changed: other nodes and conversations are to know. */
  profileChanged: (userId: string) => void;
  /** What the devices of ended sessions were registered for ends with them. */
  forgetDevices: (sessionIds: string[]) => Promise<void>;
  clock: Clock;
  log: Logger;
  jwt: { pem: string | undefined; issuer: string; audience: string };
  /** How often passwords may be tried, see `login-tries.ts`. */
  loginRates: Parameters<typeof createLoginTries>[0];
  demo: boolean;
  emailProof: boolean;
  publicUrl: () => string;
}) {
  const { clock, log, mailer, publicUrl } = deps;
  const users = new UserStore(deps.mongo, deps);
  const blockStore = new BlockStore(deps.mongo);
  const blocks = new Blocks({ store: blockStore, hearing: deps.hearing });
  const sessions = new SessionStore(deps.mongo);
  const tokens = new Tokens(deps.jwt);
  const passwords = new Passwords();
  const guard = new SessionGuard({ tokens, sessions, news: deps.news, clock, log });
  const { forgetDevices } = deps;
  const endSessions = createEndSessions({ sessions, guard, forgetDevices, clock });
  const emailProof = new EmailProof({ mailer, tokens, clock, log, publicUrl });
  const presentMe = createPresentMe(deps.emailProof);
  const tries = createLoginTries(deps.loginRates);
  const signIn = createSignIn({ sessions, tokens, presentMe, clock });
  return {
    users,
    blocks,
    tokens,
    guard,
    verified: createVerifiedPolicy(users, deps.emailProof),
    commands: {
      signUp: createSignUp({ users, passwords, emailProof, signIn, clock }),
      logIn: createLogIn({ users, sessions, passwords, tries, signIn, demo: deps.demo }),
      refresh: createRefreshSession({ users, sessions, endSessions, signIn, tokens, clock }),
      endSessions: endSessions.asked,
      verifyEmail: createVerifyEmail({ users, tokens, presentMe, clock }),
      ...createMe({ users, sessions, emailProof, presentMe, clock }),
      ...createBlockUser({
        blocks: blockStore,
        users,
        changed: async (userIds) => {
          blocks.heard(userIds);
          deps.closureNews.announce({ userIds });
          await deps.blocksChanged(userIds);
        },
        clock,
      }),
    },
    prepare: async () => {
      await Promise.all([users.prepare(), sessions.prepare(), blockStore.prepare()]);
    },
  };
}
