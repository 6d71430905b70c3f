import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { HostedPersonStore } from './hosted-person.store.js';
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
    find: (externalId: string): Promise<string | null> => hosted.find(externalId),

    /** Makes the account, or changes the nickname. Returns its id. */
    async put(externalId: string, nickname: string): Promise<string> {
      const id = await hosted.findOrAdd(externalId, newId());
      const now = clock();
      const made = { email: '', passwordHash: noPassword, emailVerifiedAt: now, createdAt: now };
      const isNew = await users.addHosted(new User({ id, nickname, ...made, version: 1 }));
      if (!isNew) await users.rename(id, nickname);
      return id;
    },

    /** Called once the account is deleted: the next one under the same id is another person. */
    forget: (userId: string): Promise<void> => hosted.forgetPerson(userId),
  };
}
export type HostedPeople = ReturnType<typeof createHostedPeople>;
