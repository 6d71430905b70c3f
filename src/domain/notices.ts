import type { view } from '../contract/index.js';
import type { Entry, EntryDraft } from './entry.js';
import type { Caution } from './lures.js';

/** An entry that no person wrote. Its id has colons, which no client can send; told again, it is the same entry. */
export const noticeOf = (conversationId: string, id: string, notice: view.Notice): EntryDraft => ({
  conversationId,
  senderId: null,
  clientMessageId: id,
  kind: 'system',
  notice,
});

/** Warns one side of what the other wrote: of each kind at most once a day, however often it is written. */
export const cautionNotice = (
  { conversationId, createdAt }: Pick<Entry, 'conversationId' | 'createdAt'>,
  toId: string,
  type: Caution,
): EntryDraft => {
  const day = createdAt.toISOString().slice(0, 10);
  return {
    ...noticeOf(conversationId, `caution:${type}:${toId}:${day}`, { type }),
    onlyFor: toId,
  };
};

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
