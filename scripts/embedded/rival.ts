import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createHaggleClient, type Listing } from '../../client/index.js';
import { createMarketApi } from '../../client/market.js';
import { demoAccounts } from '../../src/users/demo-accounts.js';
import { neighbours } from '../seed/neighbours.js';

/** How often a rival looks at what the demo's seller has, in ms, and how long they think before each step. */
const LOOK_MS = 3_000;
const THINK_MS = 3_000;
/** A rival who wanted everything would be a nuisance. */
const LISTINGS_MOST = 3;
const MANGWON = { latitude: 37.556, longitude: 126.905 };

interface Rival {
  person: { email: string; password: string };
  /** Whose listings they look at. */
  seller: string;
  words: string;
}

const rivals: Record<'ko' | 'en', Omit<Rival, 'seller'>> = {
  ko: { person: neighbours.sua, words: '안녕하세요, 저도 관심 있어요. 오늘 저녁에 갈 수 있어요.' },
  en: { person: neighbours.olivia, words: 'Hi, I would like it too. I could come this evening.' },
};

export interface RivalOptions {
  /** Address of a gateway, without a path. */
  gateway: string;
  /** Ends them. */
  signal: AbortSignal;
}

/**
 * A neighbour for each language who wants what the visitor of the demo wants: once somebody talks about a listing of the
 * demo's seller, the neighbour offers a price for it, so that one sees what happens then. Once for a listing, and for
 * three at most; a declined neighbour does not come again. They use the client library as any app would.
 */
export function startRivals({ gateway, signal }: RivalOptions): void {
  for (const { role, language = 'ko', nickname } of demoAccounts)
    // A demo without a rival is better than none.
    if (role === 'seller')
      void wants({ ...rivals[language], seller: nickname }, gateway, signal).catch(() => undefined);
}

async function wants({ person, seller, words }: Rival, url: string, signal: AbortSignal) {
  const client = createHaggleClient({ url, newId: randomUUID });
  signal.addEventListener('abort', () => client.close());
  await client.logIn({ email: person.email, password: person.password });
  const market = createMarketApi(client);
  const { items } = await market.listListings({ near: MANGWON, limit: 50 });
  const sellerId = items.find((listing) => listing.seller.nickname === seller)?.seller.id;
  if (sellerId === undefined) return;

  const talks = new Map<string, number>();
  const wanted = new Set<string>();
  while (!signal.aborted && wanted.size < LISTINGS_MOST) {
    const page = await market.listUserListings(sellerId).catch(() => undefined);
    for (const listing of page?.items ?? []) {
      const { id, counts } = listing;
      const before = talks.get(id);
      const now = counts?.conversations ?? 0;
      talks.set(id, now);
      if (before === undefined || now <= before || wanted.has(id)) continue;
      wanted.add(id);
      await offersFor(listing).catch(() => undefined);
    }
    await pause(LOOK_MS, signal);
  }

  async function offersFor({ id, price, state, offers }: Listing) {
    const isKnown = client.conversations.snapshot().some(({ listing }) => listing.id === id);
    if (isKnown || price === 0 || state !== 'onSale' || !offers.enabled) return;
    await pause(THINK_MS, signal);
    const room = await client.open({ listingId: id });
    await room.send({ text: words }).done;
    await pause(THINK_MS, signal);
    await room.makeOffer(Math.round((price * 0.92) / 1_000) * 1_000);
  }
}

/** Ends early when everything stops. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
