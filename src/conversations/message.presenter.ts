import type { view } from '../contract/index.js';
import type { Entry, OfferEntry } from './entry.js';

/** An entry as every device of both people sees it. */
export const presentMessage = (entry: Entry): view.Message => ({
  id: entry.id,
  conversationId: entry.conversationId,
  seq: entry.seq,
  senderId: entry.senderId,
  kind: entry.kind,
  ...(entry.text === undefined ? {} : { text: entry.text }),
  ...(entry.offer === undefined ? {} : { offer: entry.offer }),
  state: entry.state,
  fallbackText: entry.offer ? offerLine(entry.offer) : (entry.text ?? ''),
  createdAt: entry.createdAt.toISOString(),
});

const acts: Record<view.OfferAct, string> = {
  made: '가격 제안',
  countered: '다시 제안',
  accepted: '제안 수락',
  declined: '제안 거절',
  withdrawn: '제안 취소',
  expired: '제안 만료',
  closed: '제안 종료',
};

/** What a client shows that does not know offers, and a notification says. */
const offerLine = (offer: OfferEntry): string =>
  `${acts[offer.act]} ${new Intl.NumberFormat('ko-KR').format(offer.amount)}원`;
