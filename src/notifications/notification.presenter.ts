import type { view } from '../contract/index.js';
import type { Notification } from './notification.store.js';

/** A notification as its person sees it. `readSeq`: how far they have read its conversation. */
export const presentNotification = (
  { entryId, category, template, params, conversationId, seq, ...rest }: Notification,
  readSeq: number,
): view.Notification => ({
  id: entryId,
  category,
  template,
  params,
  conversationId,
  seq,
  fallbackText: rest.fallbackText,
  read: rest.read || readSeq >= seq,
  createdAt: rest.createdAt.toISOString(),
});
