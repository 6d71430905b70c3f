import type { Message, OfferAct } from '../contract-types.js';

const takenBack = '삭제된 메시지예요';

/** What a client shows that does not know the kind, in the words of the real gateway. */
export function fallbackOf(message: Pick<Message, 'kind' | 'state'> & Partial<Message>): string {
  const { kind, state, text, images, place, offer } = message;
  if (state === 'unsent' || kind === 'unsend') return takenBack;
  if (kind === 'image') return captioned(`사진 ${images?.length ?? 0}장`, text);
  if (kind === 'place') return captioned(place?.name ? `장소: ${place.name}` : '장소', text);
  if (kind === 'edit') return captioned('수정된 메시지', text);
  if (!offer) return text ?? '';
  return `${acts[offer.act]} ${new Intl.NumberFormat('ko-KR').format(offer.amount)}원`;
}

const captioned = (what: string, caption: string | undefined): string =>
  caption === undefined ? what : `${what}: ${caption}`;

const acts: Record<OfferAct, string> = {
  made: '가격 제안',
  countered: '다시 제안',
  accepted: '제안 수락',
  declined: '제안 거절',
  withdrawn: '제안 취소',
  expired: '제안 만료',
  closed: '제안 종료',
  fulfilled: '거래 완료',
  fellThrough: '거래 무산',
};
