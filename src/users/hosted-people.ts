import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { HostedAccount, HostedPersonStore } from './hosted-person.store.js';
import { User, noPassword } from './user.js';
import type { UserStore } from './user.store.js';

/** Keeps the accounts of people who have theirs with a host app; that one vouches for them. */
export function createHostedPeople(deps: {
  users: UserStore;
  hosted: HostedPersonStore;
  clock: Clock;
}) {
  const { users, hosted, clock } = deps;
  return {
    find: async (externalId: string): Promise<string | null> =>
      (await hosted.find(externalId))?.userId ?? null,

    /** The account, and which of its sessions tokens of the host app mean now. */
    account: (externalId: string): Promise<HostedAccount | null> => hosted.find(externalId),

    /** That session is over, and the person may have the next one. */
    nextSession: (externalId: string, account: HostedAccount): Promise<void> =>
      hosted.countOn(externalId, account),

    /** Makes the account, or changes the nickname. Returns its id. */
    async put(externalId: string, nickname: string): Promise<string> {
      const id = await hosted.findOrAdd(externalId, newId());
      const now = clock();
      const made = { email: '', passwordHash: noPassword, emailVerifiedAt: now, createdAt: now };
      const isNew = await users.addHosted(new User({ id, nickname, ...made, version: 1 }));
      if (!isNew) await users.rename(id, nickname);
      return id;
    },

    /** All tokens of the host app for this person that were signed so far are void from now on. */
    endTokens: (externalId: string): Promise<void> => hosted.endTokens(externalId, clock()),
    /** The same for whoever has this account; nothing for people of no host app. */
    endTokensOf: (userId: string): Promise<void> => hosted.endTokensOf(userId, clock()),

    /** Whether a token that was signed then is void. */
    async isEnded(externalId: string, issuedAt: Date): Promise<boolean> {
      const at = await hosted.tokensEndedAt(externalId);
      return at !== null && issuedAt <= at;
    },

    /** Called once the account is deleted: the next one under the same id is another person. */
    forget: (userId: string): Promise<void> => hosted.forgetPerson(userId),
  };
}
export type HostedPeople = ReturnType<typeof createHostedPeople>;
