import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Listing } from '../../../client/index.js';
import type { MarketApi } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';

/** What is asked for: the same fields as the endpoint's, without the cursor. */
export type Asked = Omit<Parameters<MarketApi['listListings']>[0], 'cursor'>;

interface Found {
  key: string;
  items: readonly Listing[];
  cursor: string | null;
  loaded: boolean;
  didYouMean?: string | undefined;
  error?: unknown;
}

/** Remembered listings that are older than this, in milliseconds, are loaded again. */
const keptMs = 5 * 60_000;

/** Where the two screens keep their listings, and how far they were scrolled. */
export type Screen = 'feed' | 'search';

/** Called when one's own listings change: what was remembered shows them as they were. */
export function forgetFound(memory: Map<string, unknown>): void {
  memory.delete('feed');
  memory.delete('search');
}

/** The feed, or what a search finds, page by page. Who comes back from a listing finds it as they left it. */
export function useFound(screen: Screen, asked: Asked) {
  const { market, memory } = useHaggle();
  const key = JSON.stringify(asked);
  const [found, setFound] = useState<Found>(() => remembered(memory, screen, key) ?? fresh(key));
  const loading = useRef<string | undefined>(undefined);

  const load = useCallback(
    async (from: Found) => {
      const page = `${from.key} ${from.cursor}`;
      if (loading.current === page) return;
      loading.current = page;
      try {
        const { items, nextCursor, didYouMean } = await market.listListings({
          ...asked,
          ...(from.cursor ? { cursor: from.cursor } : {}),
        });
        if (loading.current !== page) return;
        const known = new Set(from.items.map(({ id }) => id));
        setFound({
          key: from.key,
          items: [...from.items, ...items.filter(({ id }) => !known.has(id))],
          cursor: nextCursor,
          loaded: true,
          didYouMean,
        });
      } catch (error) {
        if (loading.current === page) setFound({ ...from, error });
      } finally {
        if (loading.current === page) loading.current = undefined;
      }
    },
    [market, key],
  );

  useEffect(() => {
    if (found.key === key && found.loaded) return;
    const start = fresh(key);
    setFound(start);
    void load(start);
  }, [key]);

  useEffect(() => {
    if (found.loaded) memory.set(screen, { found, at: Date.now() });
  }, [found]);

  const shown = found.key === key ? found : fresh(key);
  return {
    ...shown,
    hasMore: shown.loaded && shown.cursor !== null,
    loadMore: () => void load(shown),
    retry: () => {
      const again = { ...shown, error: undefined };
      setFound(again);
      void load(again);
    },
  };
}

const fresh = (key: string): Found => ({ key, items: [], cursor: null, loaded: false });

function remembered(memory: Map<string, unknown>, screen: Screen, key: string): Found | undefined {
  const kept = memory.get(screen) as { found: Found; at: number } | undefined;
  const usable = kept && kept.found.key === key && Date.now() - kept.at < keptMs;
  return usable ? kept.found : undefined;
}
