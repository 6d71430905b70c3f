import type { Role } from './views/people.js';

/** Each role may do what those before it may. */
const ranks: readonly Role[] = ['moderator', 'operator', 'admin'];

/** Whether somebody with this role (left out: none) may do what is for `asked`. */
export const hasRightsOf = (role: Role | undefined, asked: Role): boolean =>
  role !== undefined && ranks.indexOf(role) >= ranks.indexOf(asked);
