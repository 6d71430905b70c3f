import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { HaggleError, type Listing } from '../../../client/index.js';
import type { MarketApi } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { keptLoads } from '../app/use-load.js';

/** What is asked for: the same fields as the endpoint's, without the cursor. */
export type Asked = Omit<NonNullable<Parameters<MarketApi['listListings']>[0]>, 'cursor'>;

interface Found {
  key: string;
  items: readonly Listing[];
  cursor: string | null;
  loaded: boolean;
  didYouMean?: string | undefined;
  error?: unknown;
  /** Kept from the last time, since the server could not be reached. */
  old?: boolean;
}

/** Remembered listings that are older than this, in milliseconds, are loaded again. */
const keptMs = 5 * 60_000;

/** A feed that is looked at asks this often, in milliseconds, whether there is something new. */
const askMs = 60_000;

/** Where the two screens keep their listings, and how far they were scrolled. */
export type Screen = 'feed' | 'search';

/** Called when one's own listings change: what was remembered shows them as they were. */
export function forgetFound(memory: Map<string, unknown>): void {
  memory.delete('feed');
  memory.delete('search');
  const kept = keptLoads(memory);
  for (const key of kept.keys()) if (key.startsWith('listings ')) kept.delete(key);
}

/** The feed, or what a search finds, page by page. Who comes back from a listing finds it as they left it. */
export function useFound(screen: Screen, asked: Asked) {
  const { client, market, memory } = useHaggle();
  const key = JSON.stringify(asked);
  const [found, setFound] = useState<Found>(() => remembered(memory, screen, key) ?? fresh(key));
  const loading = useRef<string | undefined>(undefined);
  const whoIsHere = () => client.session.snapshot()?.user.id;

  const load = useCallback(
    async (from: Found) => {
      const page = `${from.key} ${from.cursor}`;
      if (loading.current === page) return;
      loading.current = page;
      const person = whoIsHere();
      try {
        const { items, nextCursor, didYouMean } = await market.listListings({
          ...asked,
          ...(from.cursor ? { cursor: from.cursor } : {}),
        });
        if (loading.current !== page) return;
        const known = new Set(from.items.map(({ id }) => id));
        // A late answer is not for whoever signed in meanwhile, and nothing is kept of who signed out.
        if (screen === 'feed' && from.cursor === null && person)
          void keptLists().then(({ keepFeed }) => {
            if (person === whoIsHere()) keepFeed(person, { key: from.key, items });
          });
        setFound({
          key: from.key,
          items: [...from.items, ...items.filter(({ id }) => !known.has(id))],
          cursor: nextCursor,
          loaded: true,
          didYouMean,
        });
      } catch (error) {
        const items = await ofLastTime(error, from, person);
        if (loading.current !== page) return;
        if (items.length > 0) setFound({ ...from, items, loaded: true, old: true });
        else setFound({ ...from, error });
      } finally {
        if (loading.current === page) loading.current = undefined;
      }
    },
    [market, key],
  );

  /** What the feed showed last, where it could not be asked for. */
  const ofLastTime = async (error: unknown, { key: asks, cursor }: Found, person?: string) => {
    const isAway = client.state.snapshot().phase !== 'live' || !navigator.onLine;
    const mayPass = error instanceof HaggleError && error.retryable && isAway;
    if (screen !== 'feed' || cursor !== null || !person || !mayPass) return [];
    return keptLists().then(
      ({ keptFeed }) => keptFeed(person, asks),
      () => [],
    );
  };

  useEffect(() => {
    if (found.key === key && found.loaded) return;
    const start = fresh(key);
    setFound(start);
    void load(start);
  }, [key]);

  useEffect(() => {
    if (!found.old) return;
    const again = () => void load(fresh(key));
    const unsubscribe = client.state.subscribe(() => {
      if (client.state.snapshot().phase === 'live') again();
    });
    addEventListener('online', again);
    return () => {
      unsubscribe();
      removeEventListener('online', again);
    };
  }, [found.old, key]);

  const [newer, setNewer] = useState<Found>();
  const asksForNews = screen === 'feed' && found.loaded && !found.old && !asked.sort;
  useEffect(() => {
    if (!asksForNews) return;
    const ask = async () => {
      if (document.visibilityState !== 'visible') return;
      const page = await market.listListings(asked).catch(() => undefined);
      const [first] = page?.items ?? [];
      if (!page || !first || found.items.some(({ id }) => id === first.id)) return;
      setNewer({ key, items: page.items, cursor: page.nextCursor, loaded: true });
    };
    const look = () => void ask();
    const timer = setInterval(look, askMs);
    addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      removeEventListener('visibilitychange', look);
    };
  }, [asksForNews, found]);

  useEffect(() => {
    if (found.loaded && !found.old) memory.set(screen, { found, at: Date.now() });
  }, [found]);

  const shown = found.key === key ? found : fresh(key);
  return {
    ...shown,
    hasMore: shown.loaded && shown.cursor !== null,
    loadMore: () => void load(shown),
    /** Shows what has come since; undefined while that is nothing. */
    showNewer:
      newer?.key === key
        ? () => {
            setFound(newer);
            setNewer(undefined);
          }
        : undefined,
    retry: () => {
      const again = { ...shown, error: undefined };
      setFound(again);
      void load(again);
    },
  };
}

/** Loaded when it is needed: a first visit keeps nothing. */
const keptLists = () => import('../app/kept-lists.js');

const fresh = (key: string): Found => ({ key, items: [], cursor: null, loaded: false });

function remembered(memory: Map<string, unknown>, screen: Screen, key: string): Found | undefined {
  const kept = memory.get(screen) as { found: Found; at: number } | undefined;
  const usable = kept && kept.found.key === key && Date.now() - kept.at < keptMs;
  return usable ? kept.found : undefined;
}
