import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decidePush } from '../../src/notifications/decide-push.js';

const delays = { offlineMs: 2_000, onlineMs: 12_000 };
const facts = {
  seq: 7,
  readSeq: 0,
  muted: false,
  connected: false,
  ageMs: 2_000,
};

test('what was read or muted is never pushed, whatever else is true', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.nat(60_000),
      fc.nat(10),
      (muted, connected, ageMs, readSeq) => {
        fc.pre(muted || readSeq >= facts.seq);
        const decision = decidePush({ ...facts, muted, connected, ageMs, readSeq }, delays);
        expect(decision).toEqual({ do: 'nothing' });
      },
    ),
  );
});

test('without a device the phone rings after 2 s, with one after 12 s', () => {
  expect(decidePush({ ...facts, ageMs: 1_999 }, delays)).toEqual({ do: 'wait', untilAgeMs: 2_000 });
  expect(decidePush(facts, delays)).toEqual({ do: 'push' });
  expect(decidePush({ ...facts, connected: true }, delays)).toEqual({
    do: 'wait',
    untilAgeMs: 12_000,
  });
  expect(decidePush({ ...facts, connected: true, ageMs: 12_000 }, delays)).toEqual({ do: 'push' });
});
