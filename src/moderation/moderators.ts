import { Refusal, tradeLimits, type SetRole, type view } from '../contract/index.js';
import { presentPeople } from '../users/index.js';
import type { ModerationContext } from './moderation-context.js';

/** How a moderator is called; undefined for an operator, who is called as in the trail. */
export type NameOf = (by: string) => string | undefined;

/** The names of those who acted, looked up together. */
export async function namesOf(
  { users }: Pick<ModerationContext, 'users'>,
  acted: (string | null | undefined)[],
): Promise<NameOf> {
  const ids = new Set(acted.filter((by) => typeof by === 'string'));
  const profiles = await users.profilesOf(ids);
  return (by) => profiles.get(by)?.nickname;
}

export const named = (by: string | null, nameOf: NameOf): { byName?: string } => {
  const byName = by === null ? undefined : nameOf(by);
  return byName === undefined ? {} : { byName };
};

/** Who is a moderator. The role is read at every call, so that it counts, and ends, at once. */
export const createModerators = ({ users }: Pick<ModerationContext, 'users'>) => ({
  /** Throws FORBIDDEN. */
  async mustBe(userId: string): Promise<void> {
    if (!(await users.hasRole(userId, 'moderator')))
      throw new Refusal('FORBIDDEN', 'This is for moderators');
  },

  async list(): Promise<{ items: view.User[]; nextCursor: null }> {
    const ids = await users.withRole('moderator', tradeLimits.moderators);
    return { items: ids.map(await presentPeople(users, ids)), nextCursor: null };
  },

  /** Throws NOT_FOUND, and FORBIDDEN when there are too many. */
  async setRole(userId: string, { role }: SetRole): Promise<void> {
    const { moderators } = tradeLimits;
    if (role !== 'none' && (await users.withRole(role, moderators)).length >= moderators)
      throw new Refusal('FORBIDDEN', `At most ${moderators} people are moderators`);
    if (!(await users.setRole(userId, role === 'none' ? null : role)))
      throw new Refusal('NOT_FOUND', 'No such person');
  },

  /** The id of who has this id or e-mail address; undefined: nobody. */
  async find(idOrEmail: string): Promise<string | undefined> {
    if (!idOrEmail.includes('@')) return idOrEmail;
    return (await users.byEmail(idOrEmail.trim().toLowerCase()))?.id;
  },
});
