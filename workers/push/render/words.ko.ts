import type { Words } from './template.js';

/** Korean, the fallback language. `<iga>`, `<wagwa>` give the word inside them its particle. */
export const ko: Words = {
  text: { title: '{name}', body: '{text}' },
  image: { title: '{name}', body: '사진 {count, number}장을 보냈어요' },
  imageCaptioned: { title: '{name}', body: '사진 {count, number}장: {text}' },
  place: { title: '{name}', body: '장소를 보냈어요' },
  'offer.made': { title: '가격 제안', body: '<iga>{name}</iga> {amount, number}원을 제안했어요' },
  'offer.countered': {
    title: '다시 제안',
    body: '<iga>{name}</iga> {amount, number}원을 다시 제안했어요',
  },
  'offer.accepted': {
    title: '제안 수락',
    body: '<iga>{name}</iga> {amount, number}원 제안을 수락했어요',
  },
  'offer.declined': {
    title: '제안 거절',
    body: '<iga>{name}</iga> {amount, number}원 제안을 거절했어요',
  },
  'offer.withdrawn': {
    title: '제안 취소',
    body: '<iga>{name}</iga> {amount, number}원 제안을 거뒀어요',
  },
  'offer.expired': {
    title: '제안 만료',
    body: '<wagwa>{name}</wagwa> 나눈 {amount, number}원 제안이 만료됐어요',
  },
  'offer.closed': {
    title: '제안 종료',
    body: '<wagwa>{name}</wagwa> 나눈 {amount, number}원 제안이 종료됐어요',
  },
  'offer.fulfilled': { title: '거래 완료', body: '<wagwa>{name}</wagwa> 거래를 마쳤어요' },
  'offer.fellThrough': { title: '거래 무산', body: '<wagwa>{name}</wagwa> 하던 거래가 무산됐어요' },
  'request.made': { title: '나눔 신청', body: '<iga>{name}</iga> 나눔을 신청했어요' },
  'request.accepted': { title: '나눔 수락', body: '<iga>{name}</iga> 나눔 신청을 받았어요' },
  'request.declined': { title: '나눔 거절', body: '<iga>{name}</iga> 나눔 신청을 거절했어요' },
  'request.withdrawn': {
    title: '나눔 신청 취소',
    body: '<iga>{name}</iga> 나눔 신청을 취소했어요',
  },
  'request.expired': {
    title: '나눔 신청 만료',
    body: '<wagwa>{name}</wagwa> 나눈 나눔 신청이 만료됐어요',
  },
  'request.closed': {
    title: '나눔 신청 종료',
    body: '<wagwa>{name}</wagwa> 나눈 나눔 신청이 종료됐어요',
  },
  'appointment.proposed': {
    title: '약속 제안',
    body: '<iga>{name}</iga> {when} 약속을 제안했어요',
  },
  'appointment.changed': {
    title: '약속 변경',
    body: '<iga>{name}</iga> 약속을 <euro>{when}</euro> 바꾸자고 했어요',
  },
  'appointment.confirmed': {
    title: '약속 확정',
    body: '<iga>{name}</iga> {when} 약속을 확정했어요',
  },
  'notice.left': { title: '{name}', body: '<iga>{name}</iga> 대화를 나갔어요' },
  'notice.offerEndsSoon': {
    title: '제안 만료 예정',
    body: '<wagwa>{name}</wagwa> 나눈 제안이 곧 만료돼요',
  },
  'notice.dealOpened': {
    title: '거래 시작',
    body: '<iga>{name}</iga> 회원님을 거래 상대로 정했어요',
  },
  'notice.dealCompleted': { title: '거래 완료', body: '<wagwa>{name}</wagwa> 거래를 마쳤어요' },
  'notice.dealCancelled': {
    title: '거래 취소',
    body: '<wagwa>{name}</wagwa> 하던 거래가 취소됐어요',
  },
  'notice.dealNoShow': {
    title: '약속 불참',
    body: '<wagwa>{name}</wagwa> 잡은 약속에 나오지 않았다는 알림이 있어요',
  },
  'notice.dealQuestion': {
    title: '거래 확인',
    body: '<wagwa>{name}</wagwa> 하는 거래가 아직 진행 중인가요?',
  },
  'notice.dealKept': { title: '거래 계속', body: '<wagwa>{name}</wagwa> 거래를 계속해요' },
  'notice.dealReleased': {
    title: '예약 해제',
    body: '답이 없어 <wagwa>{name}</wagwa> 하던 거래의 예약이 풀렸어요',
  },
  'notice.appointmentSoon': {
    title: '약속 알림',
    body: '<wagwa>{name}</wagwa> 만날 시간이 다가와요: {when}',
  },
  'notice.listingFree': {
    title: '다시 판매 중',
    body: '<wagwa>{name}</wagwa> 이야기한 물건이 다시 판매 중이에요',
  },
  'notice.reviewsOpen': {
    title: '거래 후기',
    body: '<wagwa>{name}</wagwa> 한 거래의 후기를 남겨 주세요',
  },
  'notice.reviewsShown': {
    title: '거래 후기',
    body: '<wagwa>{name}</wagwa> 주고받은 후기가 공개됐어요',
  },
  digest: { title: 'Haggle', body: '그동안 새 소식 {count, number}개가 있었어요' },
  neutral: { title: 'Haggle', body: '새 소식이 있어요' },
};
