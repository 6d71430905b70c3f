/** What a person may do beside buying and selling; each role may do what those before it may. */
export const roles = ['moderator', 'operator', 'admin'] as const;

type Role = (typeof roles)[number];

/** Whether somebody with this role (left out: none) may do what is for `asked`. */
export const hasRightsOf = (role: Role | undefined, asked: Role): boolean =>
  role !== undefined && roles.indexOf(role) >= roles.indexOf(asked);
