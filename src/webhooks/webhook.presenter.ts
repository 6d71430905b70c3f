import type { view } from '../contract/index.js';
import type { StoredEvent } from './event.store.js';

/** An event as the admin area shows it: what and how it went, no words of people. */
export const presentWebhook = (event: StoredEvent): view.WebhookEvent => ({
  id: event.id,
  type: event.type,
  timestamp: event.at.toISOString(),
  ...(event.conversationId === undefined ? {} : { conversationId: event.conversationId }),
  ...(event.seq === undefined ? {} : { seq: event.seq }),
  state: event.state,
  tries: event.tries,
  lastAnswer: event.lastAnswer && {
    at: event.lastAnswer.at.toISOString(),
    status: event.lastAnswer.status,
    detail: event.lastAnswer.detail,
  },
});
