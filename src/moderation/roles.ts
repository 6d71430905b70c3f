import { Refusal, tradeLimits, type SetRole, type view } from '../contract/index.js';
import type { NameOf } from '../domain/audit.js';
import { presentPeople } from '../users/index.js';
import type { ModerationContext } from './moderation-context.js';

/** The names of those who acted, looked up together. */
export async function namesOf(
  { users }: Pick<ModerationContext, 'users'>,
  acted: (string | null | undefined)[],
): Promise<NameOf> {
  const ids = new Set(acted.filter((by) => typeof by === 'string'));
  const profiles = await users.profilesOf(ids);
  return (by) => profiles.get(by)?.nickname;
}

/** Whose rights each role has: an operator may do what moderators do. */
const rightsOf: Record<view.Role, view.Role[]> = {
  moderator: ['moderator', 'operator'],
  operator: ['operator'],
};

/** Who has which role. It is read at every call, so that it counts, and ends, at once. */
export const createRoles = ({
  users,
  sanctions,
  clock,
}: Pick<ModerationContext, 'users' | 'sanctions' | 'clock'>) => ({
  /** Throws FORBIDDEN for who has not the rights of this role, and ACCOUNT_SUSPENDED. */
  async mustHave(userId: string, role: view.Role): Promise<void> {
    const [has] = await Promise.all([
      users.hasRole(userId, rightsOf[role]),
      // A session may live for some seconds longer.
      sanctions.mustBeFree(userId, clock()),
    ]);
    if (!has) throw new Refusal('FORBIDDEN', `Only ${role}s may do this`);
  },

  async list(role: view.Role): Promise<{ items: view.User[]; nextCursor: null }> {
    const ids = await users.withRole(role, tradeLimits.peopleOfRole);
    return { items: ids.map(await presentPeople(users, ids)), nextCursor: null };
  },

  /** Throws NOT_FOUND, and FORBIDDEN when there are too many. */
  async setRole(userId: string, { role }: SetRole): Promise<void> {
    const { peopleOfRole } = tradeLimits;
    if (role !== 'none' && (await users.withRole(role, peopleOfRole)).length >= peopleOfRole)
      throw new Refusal('FORBIDDEN', `At most ${peopleOfRole} people are ${role}s`);
    if (!(await users.setRole(userId, role === 'none' ? null : role)))
      throw new Refusal('NOT_FOUND', 'No such person');
  },

  /** The id of who has this id or e-mail address; undefined: nobody. */
  async find(idOrEmail: string): Promise<string | undefined> {
    if (!idOrEmail.includes('@')) return idOrEmail;
    return (await users.byEmail(idOrEmail.trim().toLowerCase()))?.id;
  },
});
