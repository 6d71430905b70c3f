import { replayMax, type ReplayWebhooks } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import type { StoredEvent, WebhookEventStore } from './event.store.js';
import type { WebhookLaneStore } from './lane.store.js';

/**
 * Sends events again under the same ids, whether they were delivered or not. In its lane a replayed event comes before
 * newer ones that wait; events that were delivered after it are not sent again.
 */
export const createReplayWebhooks =
  (deps: { events: WebhookEventStore; lanes: WebhookLaneStore; clock: Clock }) =>
  async (which: ReplayWebhooks): Promise<{ replayed: number; next: string | null }> => {
    const { events, lanes, clock } = deps;
    const { ids } = which;
    const found = ids ? await events.byIds(ids) : await stretch(events, which);
    const taken = ids ? found : whole(found);
    const now = clock();
    await events.queueAgain(
      taken.map(({ id }) => id),
      now,
    );
    await lanes.makeDue(
      taken.map(({ lane }) => lane),
      now,
    );
    return {
      replayed: taken.length,
      next: found[taken.length]?.at.toISOString() ?? null,
    };
  };

const stretch = (events: WebhookEventStore, { from, to, types }: ReplayWebhooks) =>
  events.between(new Date(from!), new Date(to!), { types }, replayMax + 1);

/** Cuts where a new millisecond begins, so that a call that continues there skips nothing and repeats nothing. */
function whole(found: StoredEvent[]): StoredEvent[] {
  if (found.length <= replayMax) return found;
  const next = found[replayMax]!.at.getTime();
  const cut = found.findIndex(({ at }) => at.getTime() === next);
  return found.slice(0, cut > 0 ? cut : replayMax);
}
