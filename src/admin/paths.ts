/** Pages of the admin area that are open to who has not shown everything yet. */
export const signInPath = '/admin/sign-in';
export const signOutPath = '/admin/sign-out';
export const secondFactorPath = '/admin/second-factor';
