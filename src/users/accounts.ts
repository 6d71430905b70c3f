import { Refusal, type view } from '../contract/index.js';
import type { Context } from '../context.js';
import { createAccountContext, type AccountsBelow } from './account-context.js';
import { createChangeEmail } from './change-email.js';
import { createChangePassword } from './change-password.js';
import { createDeleteAccount, deleteAccount } from './delete-account.js';
import { demoAccounts } from './demo-accounts.js';
import { createEndSessions, endIfSuspended, endSessions } from './end-sessions.js';
import { createLogIn } from './log-in.js';
import { createMe } from './me.js';
import { createOperatorSessions } from './operator-sessions.js';
import { createRefreshSession } from './refresh-session.js';
import { createSetNeighbourhood } from './set-neighbourhood.js';
import { createResetPassword } from './reset-password.js';
import { createSecondFactors } from './second-factor.js';
import type { Caller } from './session.js';
import { signIn } from './sign-in.js';
import { createSignUp } from './sign-up.js';
import { createVerifiedPolicy } from './user.policy.js';
import { createVerifyEmail } from './verify-email.js';

export type AccountCommands = ReturnType<typeof createAccounts>['commands'];

/** Builds what only a gateway needs of the slice: sign-up, sessions and their tokens. */
export function createAccounts(context: Context, below: AccountsBelow) {
  const accounts = createAccountContext(context, below);
  below.users.sanctioned.first((userId) =>
    endIfSuspended(accounts, userId, (ids) => endSessions(accounts, ids, { suspended: true })),
  );
  const { tokens, guard, mailbox, users, proof, clock, demo } = accounts;
  const secondFactors = createSecondFactors(accounts);
  return {
    tokens,
    guard,
    /** Where mails go while no mail server is configured. */
    mailbox,
    /** For the host app, which has made sure who it is, and that it is wanted. */
    hosted: {
      /** Throws NOT_FOUND, ACCOUNT_SUSPENDED. */
      async signIn(userId: string, caller: Caller): Promise<view.SignedIn> {
        const user = await users.get(userId);
        if (!user) throw new Refusal('NOT_FOUND', 'No such person');
        return signIn(accounts, user, caller);
      },
      deleteAccount: (userId: string) => deleteAccount(accounts, userId),
    },
    verified: createVerifiedPolicy(users, proof, clock),
    operatorSessions: createOperatorSessions(accounts, secondFactors),
    secondFactors,
    commands: {
      signUp: createSignUp(accounts),
      logIn: createLogIn(accounts),
      refresh: createRefreshSession(accounts),
      endSessions: createEndSessions(accounts),
      verifyEmail: createVerifyEmail(accounts),
      setNeighbourhood: createSetNeighbourhood(accounts),
      resetPassword: createResetPassword(accounts),
      secondFactor: secondFactors,
      changePassword: createChangePassword(accounts),
      changeEmail: createChangeEmail(accounts),
      deleteAccount: createDeleteAccount(accounts),
      ...createMe(accounts),
      /** Throws NOT_FOUND where the demo is off. */
      demoAccounts: () => {
        if (!demo) throw new Refusal('NOT_FOUND');
        return [...demoAccounts];
      },
    },
  };
}
