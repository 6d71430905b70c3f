import type { view } from '../contract/index.js';
import { presentImage } from '../media/index.js';
import type { Entry, OfferEntry } from './entry.js';

/** An entry as every device of both people sees it. */
export const presentMessage = (entry: Entry): view.Message => ({
  id: entry.id,
  conversationId: entry.conversationId,
  seq: entry.seq,
  senderId: entry.senderId,
  kind: entry.kind,
  ...(entry.text === undefined ? {} : { text: entry.text }),
  ...(entry.images === undefined ? {} : { images: entry.images.map(presentImage) }),
  ...(entry.place === undefined ? {} : { place: entry.place }),
  ...(entry.offer === undefined ? {} : { offer: entry.offer }),
  ...(entry.notice === undefined ? {} : { notice: entry.notice }),
  ...(entry.replyToSeq === undefined ? {} : { replyToSeq: entry.replyToSeq }),
  ...(entry.targetSeq === undefined ? {} : { targetSeq: entry.targetSeq }),
  state: entry.state,
  ...(entry.editedAt === undefined ? {} : { editedAt: entry.editedAt.toISOString() }),
  fallbackText: fallbackOf(entry),
  createdAt: entry.createdAt.toISOString(),
});

const takenBack = '삭제된 메시지예요';

/** What a client shows that does not know the kind, and a notification says. */
function fallbackOf(entry: Entry): string {
  if (entry.state === 'unsent') return takenBack;
  const { kind, text, offer } = entry;
  switch (kind) {
    case 'image':
      return captioned(`사진 ${entry.images?.length ?? 0}장`, text);
    case 'place':
      return captioned(entry.place?.name ? `장소: ${entry.place.name}` : '장소', text);
    case 'edit':
      return captioned('수정된 메시지', text);
    case 'unsend':
      return takenBack;
    case 'system':
      return entry.notice?.type === 'left' ? '상대가 대화를 나갔어요' : '안내';
    default:
      return offer ? offerLine(offer) : (text ?? '');
  }
}

const captioned = (what: string, caption: string | undefined): string =>
  caption === undefined ? what : `${what}: ${caption}`;

const acts: Record<view.OfferAct, string> = {
  made: '가격 제안',
  countered: '다시 제안',
  accepted: '제안 수락',
  declined: '제안 거절',
  withdrawn: '제안 취소',
  expired: '제안 만료',
  closed: '제안 종료',
};

const offerLine = (offer: OfferEntry): string =>
  `${acts[offer.act]} ${new Intl.NumberFormat('ko-KR').format(offer.amount)}원`;
