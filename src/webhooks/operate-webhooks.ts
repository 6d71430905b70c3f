import { replayMax, type ReplayWebhooks, type view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import type { WebhookEndpointStore } from './endpoint.store.js';
import type { StoredEvent, WebhookEventStore } from './event.store.js';
import type { WebhookLaneStore } from './lane.store.js';

export interface WebhookPage {
  items: view.WebhookEvent[];
  nextCursor: string | null;
  disabledAt: string | null;
}

/** What whoever runs the service does: look at events, send some again, let a disabled endpoint have them again. */
export function createOperateWebhooks(deps: {
  events: WebhookEventStore;
  lanes: WebhookLaneStore;
  endpoint: WebhookEndpointStore;
  clock: Clock;
}) {
  const { events, lanes, endpoint, clock } = deps;
  return {
    /** What was sent, waits and was given up, newest first. */
    async list(query: {
      state?: view.WebhookState | undefined;
      type?: view.WebhookType | undefined;
      limit: number;
      cursor?: string | undefined;
    }): Promise<WebhookPage> {
      const { state, type, limit, cursor } = query;
      const scope = ['webhooks', state, type];
      const after = cursor === undefined ? null : decodeCursor(scope, cursor, KeysetPosition);
      const [found, disabledAt] = await Promise.all([
        events.page({ state, types: type && [type] }, limit + 1, after),
        endpoint.disabledAt(),
      ]);
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(present),
        nextCursor:
          found.length > limit && last ? encodeCursor(scope, [last.at.getTime(), last.id]) : null,
        disabledAt: disabledAt?.toISOString() ?? null,
      };
    },

    /**
     * Sends events again under the same ids, whether they were delivered or not. In its lane a replayed event comes
     * before newer ones that wait; events that were delivered after it are not sent again.
     */
    async replay(which: ReplayWebhooks): Promise<{ replayed: number; next: string | null }> {
      const { ids, from, to, types } = which;
      const found = ids
        ? await events.byIds(ids)
        : await events.between(new Date(from!), new Date(to!), { types }, replayMax + 1);
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
      return { replayed: taken.length, next: found[taken.length]?.at.toISOString() ?? null };
    },

    enable: () => endpoint.enable(),
  };
}

/** Cuts where a new millisecond begins, so that a call that continues there skips nothing and repeats nothing. */
function whole(found: StoredEvent[]): StoredEvent[] {
  if (found.length <= replayMax) return found;
  const next = found[replayMax]!.at.getTime();
  const cut = found.findIndex(({ at }) => at.getTime() === next);
  return found.slice(0, cut > 0 ? cut : replayMax);
}

/** What and how it went, no words of people. */
const present = (event: StoredEvent): view.WebhookEvent => ({
  id: event.id,
  type: event.type,
  timestamp: event.at.toISOString(),
  conversationId: event.conversationId,
  seq: event.seq,
  state: event.state,
  tries: event.tries,
  lastAnswer: event.lastAnswer && { ...event.lastAnswer, at: event.lastAnswer.at.toISOString() },
});
