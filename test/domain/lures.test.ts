import { describe, expect, test } from '@jest/globals';
import { luresIn } from '../../src/domain/lures.js';

describe('lures', () => {
  test.each([
    '선입금 부탁드려요',
    '선 입 금 하시면 바로 보내드려요',
    '먼저 입금해 주시면 택배로 보낼게요',
    '입금 먼저 해주세요',
    '예약금 만원만 보내주세요',
    '입금 확인 후 바로 발송해요',
    '계약금을 걸어 주셔야 해요',
    '우선 계좌로 송금해 주세요',
    'Please pay first and I will ship it',
    'You need to send the money in advance',
    'I ask for an upfront payment',
    'A deposit of 50,000 to hold it',
    'Pay me with gift cards',
    '선금 10만원 주세요',
    '예약금 만원 주시면 빼 드릴게요',
    '보증금 먼저요',
    '먼저 계좌이체 부탁',
    '입금순으로 드려요',
    '문화상품권 핀번호 보내주세요',
    'a pre payment, please',
  ])('%j asks for money first', (text) => {
    expect(luresIn(text)).toContain('prepayment');
  });

  test.each([
    '카톡으로 연락 주세요',
    '카톡으로 주소 보내 드릴게요',
    '카톡 아이디 알려드릴게요',
    '오픈채팅으로 오세요',
    '카 톡 주세요',
    '텔레그램으로 얘기해요',
    '라인 추가해 주세요',
    'https://pay.example/abc 여기서 결제하세요',
    'www.example.com 봐 주세요',
    'open.kakao.com/o/abc',
    't.me/someone',
    'Text me on WhatsApp',
    'message me via Telegram please',
    'my kakao id: abc',
    '카톡 ㄱㄱ',
    '까똑 주세요',
    'ㅋㅌ으로 주소 보내요',
    '디스코드로 와요',
    '텔레그램 @someone',
    'telegram @someone',
    'WhatsApp me',
    '문자로 연락 주세요',
    '번개장터로 오세요',
    '안전결제 링크 보내드릴게요',
    'pay.example.com/abc',
    'pay。example。shop',
    'hxxp://pay.example',
    'naver.me/abc',
  ])('%j leads elsewhere', (text) => {
    expect(luresIn(text)).toContain('offPlatform');
  });

  test.each([
    '아직 있나요?',
    '선입금 안 받아요, 직거래만 해요',
    '선입금 요구하는 사람 조심하세요',
    '만나서 계좌이체 해도 될까요?',
    '만나서 입금 확인하고 드릴게요',
    '물건 보고 송금할게요',
    '2시에 라인 아파트 앞에서 봐요',
    '카톡 이모티콘 스티커도 드릴게요',
    '먼저 보고 결정할게요',
    '집 앞에서 전화주세요',
    'I would like to see it first',
    'No deposit needed, just come by',
    'I never ask to pay in advance',
    'I will call you when I am at the station',
    'Meet me on line 2',
    '선금 안 받아요',
    '카톡은 안 해요',
    '상품권 2장 있어요',
    '사이즈는 3.5 인치, ver2.0이에요',
    '문자 메시지 알림 끄는 법',
    '당근 한 봉지 같이 드려요',
    'haggle.example/listings/1',
    'https://haggle.example/listings/1',
  ])('%j is harmless', (text) => {
    expect(luresIn(text, ['haggle.example'])).toEqual([]);
  });

  test('a long text is read quickly', () => {
    expect(luresIn(`${'먼저 pay please send '.repeat(180)}선입금`)).toEqual(['prepayment']);
  });
});
