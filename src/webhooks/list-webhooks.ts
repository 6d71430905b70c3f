import type { view } from '../contract/index.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import type { WebhookEndpointStore } from './endpoint.store.js';
import type { WebhookEventStore } from './event.store.js';
import { presentWebhook } from './webhook.presenter.js';

export interface WebhookPage {
  items: view.WebhookEvent[];
  nextCursor: string | null;
  disabledAt: string | null;
}

/** What was sent, waits and was given up, newest first. */
export const createListWebhooks =
  (deps: { events: WebhookEventStore; endpoint: WebhookEndpointStore }) =>
  async (query: {
    state?: view.WebhookState | undefined;
    type?: view.WebhookType | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<WebhookPage> => {
    const { state, type, limit } = query;
    const scope = ['webhooks', state, type];
    const after =
      query.cursor === undefined ? null : decodeCursor(scope, query.cursor, KeysetPosition);
    const [found, disabledAt] = await Promise.all([
      deps.events.page({ state, types: type && [type] }, limit + 1, after),
      deps.endpoint.disabledAt(),
    ]);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(presentWebhook),
      nextCursor:
        found.length > limit && last ? encodeCursor(scope, [last.at.getTime(), last.id]) : null,
      disabledAt: disabledAt?.toISOString() ?? null,
    };
  };
