import { expect, test } from '@jest/globals';
import { view } from '../../src/contract/index.js';
import { fallbacksOf } from '../../src/domain/fallback-text.js';

/** Every entry that says something by itself. */
const entries: Parameters<typeof fallbacksOf>[0][] = [
  ...view.OfferAct.options.flatMap((act) =>
    [0, 18_000].map((amount) => ({ kind: 'offer' as const, offer: { act, amount } })),
  ),
  ...view.noticeTypes.map((type) => ({ kind: 'system' as const, notice: { type } })),
  ...view.AppointmentAct.options.map((act) => ({
    kind: 'appointment' as const,
    appointment: { act, at: '2026-05-02T10:00:00.000Z', place: { name: 'Exit 2' } },
  })),
  { kind: 'image', images: [] },
  { kind: 'place' },
  { kind: 'unsend' },
  { kind: 'text', state: 'unsent' },
];

test.each(entries)('%j has a line in each language', (entry) => {
  const { fallbackText, fallbackTexts } = fallbacksOf(entry);
  expect(fallbackText).toMatch(/\p{Script=Hangul}/u);
  expect(fallbackTexts).toEqual({ ko: fallbackText, en: expect.stringMatching(/^[^가-힣]{4,}$/) });
});

test('what a person said is said in no other language', () => {
  expect(fallbacksOf({ kind: 'text', text: '안녕하세요' })).toEqual({ fallbackText: '안녕하세요' });
});

test('a meeting is told in the time of Korea', () => {
  const { fallbackTexts } = fallbacksOf(entries.find(({ kind }) => kind === 'appointment')!);
  expect(fallbackTexts?.en).toBe('Meeting proposed: 2 May, 19:00, Exit 2');
});
