import { accountLimits, limits } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Hook } from '../platform/hook.js';
import { openMail } from '../platform/mail.js';
import { AccountMails } from './account-mails.js';
import { HostJwt } from './host-jwt.js';
import { createHostSignIn } from './host-sign-in.js';
import type { HostedPeople } from './hosted-people.js';
import { createLoginTries } from './login-tries.js';
import { followKeyFile } from './key-file.js';
import { Passwords } from './passwords.js';
import { SessionGuard } from './session-guard.js';
import type { SecondFactorStore } from './second-factor.store.js';
import type { SessionStore } from './session.store.js';
import { Tokens } from './tokens.js';
import type { SanctionStore } from './sanction.store.js';
import type { UserStore } from './user.store.js';

/** What accounts need besides the context. */
export interface AccountsBelow {
  users: {
    users: UserStore;
    sessions: SessionStore;
    sessionsEnding: Hook<string[]>;
    /** Erases what is kept of an account that was deleted. */
    erase: (userId: string) => Promise<void>;
    sanctions: SanctionStore;
    sanctioned: Hook<string>;
    hostedPeople: HostedPeople;
    secondFactors: SecondFactorStore;
  };
  publicUrl: () => string;
  /** Writes down what somebody with a role is about to do. */
  note: (by: string, what: string, input: object) => Promise<void>;
}

/** What sign-up, sign-in and all about sessions work with. */
export type AccountContext = ReturnType<typeof createAccountContext>;

export function createAccountContext(context: Context, below: AccountsBelow) {
  const { config, mongo, news, quotas, clock, log } = context;
  const { mailer, mailbox } = openMail(config, mongo);
  if (mailbox) context.store(mailbox);
  const { sessions, erase, sanctions, hostedPeople, secondFactors } = below.users;
  const tokens = new Tokens({
    pem: config.jwtKeys,
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
  });
  if (config.jwtKeysFile !== undefined)
    context.lifecycle.onStop('key file', followKeyFile(config.jwtKeysFile, { tokens, log }));
  const hosted =
    config.hostJwt &&
    createHostSignIn({
      jwt: new HostJwt({ settings: config.hostJwt, clock, log }),
      people: hostedPeople,
      sessions,
      sanctions,
      clock,
    });
  const loginRate = (name: string, burst: number) =>
    quotas.rate(name, { perSecond: burst / limits.loginWindowSeconds, burst });
  return {
    clock,
    log,
    erase,
    users: below.users.users,
    /** Called with the sessions that end, so that other slices end what depends on them. */
    sessionsEnding: below.users.sessionsEnding,
    sessions,
    sanctions,
    hostedPeople,
    secondFactors,
    note: below.note,
    /** How often codes of a second factor may be tried, by person. */
    codeTries: loginRate('second-factor', limits.loginsPerEmail),
    tokens,
    guard: new SessionGuard({
      tokens,
      hosted,
      sessions,
      sanctions,
      news,
      clock,
      log,
      checkMs: config.sessionCheckMs,
    }),
    passwords: new Passwords(),
    tries: createLoginTries({
      oneNetwork: loginRate('login', limits.loginsPerEmail),
      strangeNetworks: loginRate('login-strange', limits.loginsFromStrangeNetworks),
    }),
    mailbox,
    mails: new AccountMails({ mailer, tokens, clock, log, publicUrl: below.publicUrl }),
    mailQuota: quotas.window('mail', { limit: limits.mailsPerHour, seconds: 3600 }),
    proof: config.proof,
    resetQuotas: {
      asked: quotas.window('reset-asked', { limit: accountLimits.resetsPerEmail, seconds: 3600 }),
      sent: quotas.window('reset-sent', { limit: accountLimits.resetMailsPerEmail, seconds: 3600 }),
    },
    demo: config.demo,
  };
}
