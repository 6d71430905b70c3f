import type { view } from '../contract/index.js';
import { koreanPrice } from './korean-price.js';

/** The words of fallback texts in one language. */
export interface FallbackWords {
  readonly takenBack: string;
  readonly photos: (count: number) => string;
  readonly place: string;
  readonly edited: string;
  /** Of a notice that has no line of its own. */
  readonly notice: string;
  readonly appointment: string;
  readonly acts: Record<view.OfferAct, string>;
  readonly requestActs: Partial<Record<view.OfferAct, string>>;
  readonly notices: Record<view.NoticeType, string>;
  readonly appointmentActs: Record<view.AppointmentAct, string>;
  readonly price: (won: number) => string;
  readonly whenInKorea: Intl.DateTimeFormat;
}

const meeting = {
  timeZone: 'Asia/Seoul',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
} as const;

const ko: FallbackWords = {
  takenBack: '삭제된 메시지예요',
  photos: (count) => `사진 ${count}장`,
  place: '장소',
  edited: '수정된 메시지',
  notice: '안내',
  appointment: '약속',
  acts: {
    made: '가격 제안',
    countered: '다시 제안',
    accepted: '제안 수락',
    declined: '제안 거절',
    withdrawn: '제안 취소',
    expired: '제안 만료',
    closed: '제안 종료',
    fulfilled: '거래 완료',
    fellThrough: '거래 무산',
  },
  requestActs: {
    made: '나눔 신청',
    accepted: '나눔 수락',
    declined: '나눔 거절',
    withdrawn: '나눔 신청 취소',
    expired: '나눔 신청 만료',
    closed: '나눔 신청 종료',
  },
  notices: {
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
  },
  appointmentActs: { proposed: '약속 제안', changed: '약속 변경', confirmed: '약속 확정' },
  price: koreanPrice,
  whenInKorea: new Intl.DateTimeFormat('ko-KR', meeting),
};

const digits = new Intl.NumberFormat('en');

const en: FallbackWords = {
  takenBack: 'This message was deleted',
  photos: (count) => (count === 1 ? '1 photo' : `${count} photos`),
  place: 'Place',
  edited: 'Edited',
  notice: 'Notice',
  appointment: 'Meeting',
  acts: {
    made: 'Offer:',
    countered: 'Counter-offer:',
    accepted: 'Offer accepted:',
    declined: 'Offer declined:',
    withdrawn: 'Offer withdrawn:',
    expired: 'Offer expired:',
    closed: 'Offer closed:',
    fulfilled: 'Deal completed:',
    fellThrough: 'Deal fell through:',
  },
  requestActs: {
    made: 'Request for a give-away',
    accepted: 'Request accepted',
    declined: 'Request declined',
    withdrawn: 'Request withdrawn',
    expired: 'Request expired',
    closed: 'Request closed',
    fulfilled: 'Deal completed',
    fellThrough: 'Deal fell through',
  },
  notices: {
    left: 'The other person left the chat',
    offerEndsSoon: 'The offer expires soon',
    dealOpened: 'The seller chose who gets it',
    dealCompleted: 'The deal is completed',
    dealCancelled: 'The deal was cancelled',
    dealNoShow: 'Somebody was reported as not having come',
    dealQuestion: 'The seller was asked whether the deal goes on',
    dealKept: 'The deal goes on',
    dealReleased: 'Nobody answered: it is no longer reserved',
    appointmentSoon: 'The meeting is soon',
    listingFree: 'It is for sale again',
    reviewsOpen: 'You can review each other now',
    reviewsShown: 'The reviews are shown',
    fraudNumber: 'A number reported for fraud was hidden. Send no money',
    prepayment: 'Being asked to pay first may be fraud. Meet, look at it, then pay',
    offPlatform: 'Being asked to move to another app or link may be fraud',
  },
  appointmentActs: {
    proposed: 'Meeting proposed',
    changed: 'Meeting changed',
    confirmed: 'Meeting confirmed',
  },
  price: (won) => (won === 0 ? 'Give-away' : `₩${digits.format(won)}`),
  whenInKorea: new Intl.DateTimeFormat('en-GB', meeting),
};

/** By language. */
export const fallbackWords: Record<'ko' | 'en', FallbackWords> = { ko, en };
