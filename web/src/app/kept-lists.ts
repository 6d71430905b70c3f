import type { HaggleClient, Listing, Remembered } from '../../../client/index.js';
import { deviceStore } from './device-store.js';

/**
 * The lists that a person saw last, for when there is no network: the beginning of the feed, and the conversations with
 * the newest entries of some. They are in IndexedDB, never in a cache of answers that others could be given, under the
 * person's id, and go when the session ends here.
 */
const lists = deviceStore('haggle-lists', 'lists');

/** Changes within this time, in milliseconds, are written together. */
const gatherMs = 1_000;

const feedOf = (userId: string) => `${userId}/feed`;
const roomsOf = (userId: string) => `${userId}/rooms`;

interface KeptFeed {
  /** What was asked for. */
  key: string;
  items: readonly Listing[];
}

export const keepFeed = (userId: string, feed: KeptFeed): void =>
  void lists.keep(feedOf(userId), feed);

/** The listings that were there when the same was asked for last. */
export async function keptFeed(userId: string, key: string): Promise<KeptFeed['items']> {
  const kept = (await lists.read(feedOf(userId))) as KeptFeed | undefined;
  return kept?.key === key ? kept.items : [];
}

/** Shows whoever is signed in their conversations of the last time, and keeps them for the next. */
export function keepRooms(client: HaggleClient): void {
  let last: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const whoIsHere = () => client.session.snapshot()?.user.id;

  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    if (client.state.snapshot().phase !== 'live') return;
    const known = client.remember();
    if (known && known.userId === whoIsHere()) void lists.keep(roomsOf(known.userId), known);
  };
  const follow = () => {
    const id = whoIsHere();
    if (id === last) return;
    if (last !== undefined) void lists.forgetAll(`${last}/`);
    last = id;
    if (id === undefined) return;
    void lists.read(roomsOf(id)).then((kept) => {
      if (kept) client.recall(kept as Remembered);
    });
  };
  client.session.subscribe(follow);
  client.conversations.subscribe(() => {
    timer ??= setTimeout(save, gatherMs);
  });
  addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save();
  });
  follow();
}
