import type { User } from '../src/users/user.js';
import type { UserStore } from '../src/users/user.store.js';
import { CommandProblem } from './command-problem.js';

/** Who has this e-mail address or id. Throws {@link CommandProblem}. */
export async function findPerson(users: UserStore, person: string): Promise<User> {
  const found = person.includes('@')
    ? await users.byEmail(person.trim().toLowerCase())
    : await users.get(person);
  if (!found) throw new CommandProblem(`Nobody has the e-mail address or id ${person}.`);
  return found;
}
