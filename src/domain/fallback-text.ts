import type { view } from '../contract/index.js';
import type { Entry, OfferEntry } from './entry.js';
import { koreanPrice } from './korean-price.js';

const takenBack = '삭제된 메시지예요';

/** What the fallback goes by. */
type Said = Pick<Entry, 'kind'> &
  Partial<Pick<Entry, 'state' | 'text' | 'images' | 'place' | 'notice'>> & {
    offer?: Pick<OfferEntry, 'act' | 'amount'>;
    appointment?: Pick<view.AppointmentInMessage, 'act' | 'at' | 'place'>;
  };

/** What a client shows that does not know the kind, and a notification says. */
export function fallbackOf(entry: Said): string {
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
      return (notices as Record<string, string>)[entry.notice?.type ?? ''] ?? '안내';
    case 'appointment':
      return entry.appointment ? appointmentLine(entry.appointment) : '약속';
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
  fulfilled: '거래 완료',
  fellThrough: '거래 무산',
};

/** A request for a give-away is an offer of nothing. */
const requestActs: Partial<Record<view.OfferAct, string>> = {
  made: '나눔 신청',
  accepted: '나눔 수락',
  declined: '나눔 거절',
  withdrawn: '나눔 신청 취소',
  expired: '나눔 신청 만료',
  closed: '나눔 신청 종료',
};

const offerLine = ({ act, amount }: Pick<OfferEntry, 'act' | 'amount'>): string =>
  amount === 0 ? (requestActs[act] ?? acts[act]) : `${acts[act]} ${koreanPrice(amount)}`;

const notices: Record<view.NoticeType, string> = {
  left: '상대가 대화를 나갔어요',
  offerEndsSoon: '제안이 곧 만료돼요',
  dealOpened: '판매자가 거래 상대를 정했어요',
  dealCompleted: '거래가 완료됐어요',
  dealCancelled: '거래가 취소됐어요',
  dealNoShow: '약속에 나오지 않았다고 알렸어요',
  dealQuestion: '판매자에게 거래가 진행 중인지 물었어요',
  dealKept: '거래를 계속해요',
  dealReleased: '답이 없어 예약이 풀렸어요',
  appointmentSoon: '약속 시간이 다가와요',
  listingFree: '다시 판매 중이에요',
  reviewsOpen: '거래 후기를 남길 수 있어요',
  reviewsShown: '거래 후기가 공개됐어요',
  fraudNumber: '사기 신고된 번호가 가려졌어요. 돈을 보내지 마세요',
  prepayment: '먼저 돈을 보내 달라는 말은 사기일 수 있어요. 만나서 확인하고 보내세요',
  offPlatform: '다른 앱이나 링크로 옮기자는 말은 사기일 수 있어요',
};

const appointmentActs: Record<view.AppointmentAct, string> = {
  proposed: '약속 제안',
  changed: '약속 변경',
  confirmed: '약속 확정',
};

const appointmentLine = ({
  act,
  at,
  place,
}: Pick<view.AppointmentInMessage, 'act' | 'at' | 'place'>): string =>
  `${appointmentActs[act]}: ${whenInKorea.format(new Date(at))}, ${place.name}`;

const whenInKorea = new Intl.DateTimeFormat('ko-KR', {
  timeZone: 'Asia/Seoul',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});
