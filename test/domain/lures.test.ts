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
    'https://haggle.example/listings/1',
  ])('%j is harmless', (text) => {
    expect(luresIn(text, ['haggle.example'])).toEqual([]);
  });

  test('a long text is read quickly', () => {
    expect(luresIn(`${'먼저 pay please send '.repeat(180)}선입금`)).toEqual(['prepayment']);
  });
});
