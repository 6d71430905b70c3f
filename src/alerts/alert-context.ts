import type { Context } from '../context.js';
import type { Listings } from '../listings/index.js';
import type { Users } from '../users/index.js';
import { AlertStore } from './alert.store.js';
import { FollowingStore } from './following.store.js';

/** What everything in this slice works with. */
export type AlertContext = ReturnType<typeof createAlertContext>;

export function createAlertContext(
  context: Context,
  { users: { users, blocks }, listings: { listings, favourites } }: Below,
) {
  const { mongo, clock } = context;
  return {
    clock,
    users,
    blocks,
    listings,
    favourites,
    alerts: context.store(new AlertStore(mongo)),
    following: context.store(new FollowingStore(mongo)),
  };
}

export interface Below {
  users: Users;
  listings: Listings;
}
