import { useEffect, useMemo } from 'preact/hooks';
import type { RoomSnapshot } from '../../../client/index.js';
import type { Deal } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';

export interface Deals {
  readonly byId: ReadonlyMap<string, Deal>;
  /** The one that is open, or the last one. */
  readonly newest: Deal | undefined;
  /** One is open, and will be here in a moment. */
  readonly isComing: boolean;
  /** Takes the answer of an act. */
  learn: (deal: Deal) => void;
  reload: () => void;
}

/** Milliseconds between reloads of the abilities: a no-show can be reported only some time after the appointment. */
const againMs = 60_000;

/**
 * The deals of a conversation. They are loaded over REST, and loaded again when the log has a new entry about a deal.
 */
export function useDeals(conversationId: string, snapshot: RoomSnapshot): Deals {
  const { market } = useHaggle();
  const told = snapshot.log.findLast(
    ({ kind, offer }) => kind === 'appointment' || kind === 'system' || offer?.dealId !== undefined,
  )?.seq;
  const name = `deals in ${conversationId}`;
  const load = () => market.listMyDeals({ conversationId, state: 'all' });
  // What is shown stays where that fails; the next entry asks again.
  const { value, error, reload, learn } = useLoad(name, load, told);
  const byId = useMemo(() => new Map(value?.items.map((deal) => [deal.id, deal])), [value]);
  const newest = [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
  const meets = newest?.state === 'open' && newest.appointment?.state === 'confirmed';
  useEffect(() => {
    if (!meets) return;
    const timer = setInterval(reload, againMs);
    return () => clearInterval(timer);
  }, [meets]);
  return {
    byId,
    newest,
    isComing:
      !value && !error && [...snapshot.offers.values()].some(({ state }) => state === 'accepted'),
    learn: (deal) =>
      learn({ nextCursor: null, items: [...new Map(byId).set(deal.id, deal).values()] }),
    reload,
  };
}
