import type { view } from '../contract/index.js';
import type { EntryDraft } from './entry.js';

/** An entry that no person wrote. Its id has colons, which no client can send; told again, it is the same entry. */
export const noticeOf = (conversationId: string, id: string, notice: view.Notice): EntryDraft => ({
  conversationId,
  senderId: null,
  clientMessageId: id,
  kind: 'system',
  notice,
});

/** The time makes a leaving after a return an entry of its own. */
export const leftNotice = (conversationId: string, userId: string, at: Date): EntryDraft =>
  noticeOf(conversationId, `left:${userId}:${at.getTime()}`, { type: 'left', userId });

/** For another buyer who asked about the listing of a deal. */
export const listingFree = (conversationId: string, dealId: string): EntryDraft =>
  noticeOf(conversationId, `deal:${dealId}:free`, { type: 'listingFree' });

export const reviewsOpen = (conversationId: string, dealId: string, until: Date): EntryDraft => {
  const notice = { type: 'reviewsOpen', dealId, at: until.toISOString() };
  return noticeOf(conversationId, `deal:${dealId}:reviewsOpen`, notice);
};

export const reviewsShown = (conversationId: string, dealId: string): EntryDraft =>
  noticeOf(conversationId, `deal:${dealId}:reviewsShown`, { type: 'reviewsShown', dealId });
