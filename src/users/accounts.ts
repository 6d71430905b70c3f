import { Refusal, limits } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Hook } from '../platform/hook.js';
import { openMail } from '../platform/mail.js';
import { demoAccounts } from './demo-accounts.js';
import { EmailProof } from './email-proof.js';
import { createEndSessions } from './end-sessions.js';
import { createLogIn } from './log-in.js';
import { createLoginTries } from './login-tries.js';
import { createMe } from './me.js';
import { Passwords } from './passwords.js';
import { createRefreshSession } from './refresh-session.js';
import { SessionGuard } from './session-guard.js';
import { SessionStore } from './session.store.js';
import { createSignIn } from './sign-in.js';
import { createSignUp } from './sign-up.js';
import { Tokens } from './tokens.js';
import { createPresentMe } from './user.presenter.js';
import { createVerifiedPolicy } from './user.policy.js';
import type { UserStore } from './user.store.js';
import { createVerifyEmail } from './verify-email.js';

export type AccountCommands = ReturnType<typeof createAccounts>['commands'];

/** Builds what only a gateway needs of the slice: sign-up, sessions and their tokens. */
export function createAccounts(
  context: Context,
  below: {
    users: { users: UserStore; sessionsEnding: Hook<string[]> };
    publicUrl: () => string;
  },
) {
  const { publicUrl } = below;
  const { users, sessionsEnding } = below.users;
  const { config, mongo, news, quotas, clock, log } = context;
  const { mailer, mailbox } = openMail(config, mongo);
  if (mailbox) context.store(mailbox);
  const sessions = context.store(new SessionStore(mongo));
  const tokens = new Tokens({
    pem: config.jwtKeys,
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
  });
  const passwords = new Passwords();
  const guard = new SessionGuard({ tokens, sessions, news, clock, log });
  const endSessions = createEndSessions({ sessions, guard, ending: sessionsEnding, clock });
  const emailProof = new EmailProof({ mailer, tokens, clock, log, publicUrl });
  const presentMe = createPresentMe(config.emailProof);
  const loginRate = (name: string, burst: number) =>
    quotas.rate(name, { perSecond: burst / limits.loginWindowSeconds, burst });
  const tries = createLoginTries({
    oneNetwork: loginRate('login', limits.loginsPerEmail),
    strangeNetworks: loginRate('login-strange', limits.loginsFromStrangeNetworks),
  });
  const mailQuota = quotas.window('mail', { limit: limits.mailsPerHour, seconds: 3600 });
  const signIn = createSignIn({ sessions, tokens, presentMe, clock });
  const { demo } = config;
  return {
    tokens,
    guard,
    /** Where mails go while no mail server is configured. */
    mailbox,
    verified: createVerifiedPolicy(users, config.emailProof),
    commands: {
      signUp: createSignUp({ users, passwords, emailProof, signIn, clock }),
      logIn: createLogIn({ users, sessions, passwords, tries, signIn, demo }),
      refresh: createRefreshSession({ users, sessions, endSessions, signIn, tokens, clock }),
      endSessions: endSessions.asked,
      verifyEmail: createVerifyEmail({ users, tokens, presentMe, clock }),
      ...createMe({ users, sessions, emailProof, presentMe, mailQuota, clock }),
      /** Throws NOT_FOUND where the demo is off. */
      demoAccounts: () => {
        if (!demo) throw new Refusal('NOT_FOUND');
        return [...demoAccounts];
      },
    },
  };
}
