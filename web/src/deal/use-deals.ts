import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Message, RoomSnapshot } from '../../../client/index.js';
import type { Deal } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';

export interface Deals {
  readonly byId: ReadonlyMap<string, Deal>;
  /** The one that is open, or the last one. */
  readonly newest: Deal | undefined;
  /** One is open, and will be here in a moment: its card has its place. */
  readonly isComing: boolean;
  /** Ended ones will be here in a moment. Their cards are of any height, so what was said waits for them, if not for long. */
  readonly isAwaited: boolean;
  /** The bar will be here in a moment. */
  readonly isBarComing: boolean;
  /** Takes the answer of an act. */
  learn: (deal: Deal) => void;
  reload: () => void;
}

/** Milliseconds between reloads of the abilities: a no-show can be reported only some time after the appointment. */
const againMs = 60_000;

/** Milliseconds after which nothing waits for deals any more. */
const patienceMs = 1_000;

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
  const [isPatient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setPatient(false), patienceMs);
    return () => clearTimeout(timer);
  }, [conversationId]);
  const isLoading = !value && !error;
  const isAgreed = [...snapshot.offers.values()].some(({ state }) => state === 'accepted');
  const meets = newest?.state === 'open' && newest.appointment?.state === 'confirmed';
  useEffect(() => {
    if (!meets) return;
    const timer = setInterval(reload, againMs);
    return () => clearInterval(timer);
  }, [meets]);
  return {
    byId,
    newest,
    isComing: isLoading && isAgreed,
    isAwaited: isLoading && isPatient && !isAgreed && snapshot.log.some(isOfDeal),
    isBarComing: isLoading && (isAgreed || isUnderWay(snapshot)),
    learn: (deal) =>
      learn({ nextCursor: null, items: [...new Map(byId).set(deal.id, deal).values()] }),
    reload,
  };
}

const isOfDeal = ({ appointment, notice, offer }: Message): boolean =>
  (appointment?.dealId ?? notice?.dealId ?? offer?.dealId) !== undefined;

/** Whether the log ends with a deal that is open, or that reviews can be written about. */
function isUnderWay({ log }: RoomSnapshot): boolean {
  const notice = log.findLast((entry) => entry.notice?.dealId)?.notice;
  if (notice?.type === 'reviewsOpen') return Date.parse(notice.at ?? '') > Date.now();
  return notice?.type === 'dealOpened';
}
