import { Refusal, tradeLimits, view, type SetRole } from '../contract/index.js';
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

/** Who has which role. It is read at every call, so that it counts, and ends, at once. */
export const createRoles = ({
  users,
  secondFactors,
}: Pick<ModerationContext, 'users' | 'secondFactors'>) => ({
  async list(role: view.Role): Promise<{ items: view.User[]; nextCursor: null }> {
    const ids = await users.withRole(role, tradeLimits.peopleOfRole);
    return { items: ids.map(await presentPeople(users, ids)), nextCursor: null };
  },

  /** All who have one, those who may most first. */
  async listAll(): Promise<{ items: view.RoleHolder[]; nextCursor: null }> {
    const { peopleOfRole } = tradeLimits;
    const roles = view.Role.options.toReversed();
    const ids = await Promise.all(roles.map((role) => users.withRole(role, peopleOfRole)));
    const [person, since] = await Promise.all([
      presentPeople(users, ids.flat()),
      secondFactors.sinceOf(ids.flat()),
    ]);
    const items = roles.flatMap((role, index) =>
      ids[index]!.map((id) => ({
        user: person(id),
        role,
        secondFactorSince: since.get(id)?.toISOString() ?? null,
      })),
    );
    return { items, nextCursor: null };
  },

  /** Throws NOT_FOUND, and FORBIDDEN when there are too many, or for oneself: somebody is to stay who can give it back. */
  async setRole(by: string, userId: string, { role }: SetRole): Promise<void> {
    const { peopleOfRole } = tradeLimits;
    if (userId === by) throw new Refusal('FORBIDDEN', 'Nobody changes their own role');
    if (role !== 'none' && (await users.withRole(role, peopleOfRole)).length >= peopleOfRole)
      throw new Refusal('FORBIDDEN', `At most ${peopleOfRole} people are ${role}s`);
    if (!(await users.setRole(userId, role === 'none' ? null : role)))
      throw new Refusal('NOT_FOUND', 'No such person');
  },

  /** Throws FORBIDDEN for oneself: a session that was left open must not be enough. */
  async resetSecondFactor(by: string, userId: string): Promise<void> {
    if (userId === by) throw new Refusal('FORBIDDEN', 'Another admin resets a second factor');
    await secondFactors.remove(userId);
  },

  /** The id of who has this id or e-mail address; undefined: nobody. */
  async find(idOrEmail: string): Promise<string | undefined> {
    if (!idOrEmail.includes('@')) return idOrEmail;
    return (await users.byEmail(idOrEmail.trim().toLowerCase()))?.id;
  },
});
