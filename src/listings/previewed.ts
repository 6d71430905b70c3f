import { setTimeout as delay } from 'node:timers/promises';
import type { view } from '../contract/index.js';
import { guest } from '../platform/actor.js';
import type { Config } from '../platform/config.js';
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
    const late = new AbortController();
    const found = get(guest, id).catch(() => undefined);
    const none = delay(waitMs, undefined, { signal: late.signal }).catch(() => undefined);
    return Promise.race([found, none]).finally(() => late.abort());
  };
