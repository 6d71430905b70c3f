import type { view } from '../contract/index.js';
import { guest } from '../platform/actor.js';
import type { Config } from '../platform/config.js';
import { withDeadline } from '../platform/lifecycle.js';
import type { createReadListings } from './read-listings.js';

/** The page itself does not need the database, and waits no longer for it. */
const waitMs = 1_000;

/** A listing as whoever got a link to it may see it: nothing where guests are kept out, or the database is slow. */
export const createPreviewed =
  (
    { guests }: Pick<Config, 'guests'>,
    { get }: Pick<ReturnType<typeof createReadListings>, 'get'>,
  ) =>
  async (id: string): Promise<view.Listing | undefined> => {
    if (!guests) return undefined;
    return withDeadline(get(guest, id), waitMs).catch(() => undefined);
  };
