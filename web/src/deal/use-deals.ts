import { useCallback, useEffect, useState } from 'preact/hooks';
import type { RoomSnapshot } from '../../../client/index.js';
import type { Deal } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useNow } from '../app/use-now.js';

export interface Deals {
  readonly byId: ReadonlyMap<string, Deal>;
  /** The one that is open, or the last one. */
  readonly newest: Deal | undefined;
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
  const [byId, setById] = useState<ReadonlyMap<string, Deal>>(new Map());
  const [tries, setTries] = useState(0);
  const newest = [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
  const meets = newest?.state === 'open' && newest.appointment?.state === 'confirmed';
  const minute = useNow(meets ? againMs : null);
  const told = snapshot.log.findLast(
    ({ kind, offer }) => kind === 'appointment' || kind === 'system' || offer?.dealId !== undefined,
  )?.seq;
  const learn = useCallback(
    (deal: Deal) => setById((known) => new Map(known).set(deal.id, deal)),
    [],
  );
  useEffect(() => {
    let left = false;
    market.listMyDeals({ conversationId, state: 'all' }).then(
      ({ items }) => left || setById(new Map(items.map((deal) => [deal.id, deal]))),
      // What is shown stays; the next entry asks again.
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [conversationId, told, tries, minute]);
  return { byId, newest, learn, reload: () => setTries((n) => n + 1) };
}
