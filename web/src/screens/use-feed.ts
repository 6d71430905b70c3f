import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Category, Listing } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import type { FeedPoint } from '../app/place.js';

interface Feed {
  query: string;
  items: readonly Listing[];
  cursor: string | null;
  loaded: boolean;
  error?: unknown;
}

/** Radius of the feed around the point, in kilometres. */
const radiusKm = 5;
/** A remembered feed that is older than this, in milliseconds, is loaded again. */
const keptMs = 60_000;
const memoryKey = 'feed';

/** The feed, page by page. Who comes back from a listing finds it as they left it. */
export function useFeed(place: FeedPoint, category: Category | undefined) {
  const { market, memory } = useHaggle();
  const query = `${place.latitude},${place.longitude} ${category ?? ''}`;
  const [feed, setFeed] = useState<Feed>(() => remembered(memory, query) ?? fresh(query));
  const loading = useRef<string | undefined>(undefined);

  const load = useCallback(
    async (from: Feed) => {
      const page = `${from.query} ${from.cursor}`;
      if (loading.current === page) return;
      loading.current = page;
      try {
        const answer = await market.listListings({
          near: { latitude: place.latitude, longitude: place.longitude },
          radiusKm,
          ...(category ? { category } : {}),
          ...(from.cursor ? { cursor: from.cursor } : {}),
        });
        if (loading.current !== page) return;
        const known = new Set(from.items.map(({ id }) => id));
        setFeed({
          query: from.query,
          items: [...from.items, ...answer.items.filter(({ id }) => !known.has(id))],
          cursor: answer.nextCursor,
          loaded: true,
        });
      } catch (error) {
        if (loading.current === page) setFeed({ ...from, error });
      } finally {
        if (loading.current === page) loading.current = undefined;
      }
    },
    [market, query],
  );

  useEffect(() => {
    if (feed.query === query && feed.loaded) return;
    const start = fresh(query);
    setFeed(start);
    void load(start);
  }, [query]);

  useEffect(() => {
    if (feed.loaded) memory.set(memoryKey, { feed, at: Date.now() });
  }, [feed]);

  return {
    ...feed,
    hasMore: feed.loaded && feed.cursor !== null,
    loadMore: () => void load(feed),
    retry: () => {
      const again = { ...feed, error: undefined };
      setFeed(again);
      void load(again);
    },
  };
}

const fresh = (query: string): Feed => ({ query, items: [], cursor: null, loaded: false });

function remembered(memory: Map<string, unknown>, query: string): Feed | undefined {
  const kept = memory.get(memoryKey) as { feed: Feed; at: number } | undefined;
  const usable = kept && kept.feed.query === query && Date.now() - kept.at < keptMs;
  return usable ? kept.feed : undefined;
}
