import { expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { explainDelivery, whyNeverPushed } from '../../src/notifications/index.js';

type Story = Parameters<typeof explainDelivery>[0];

const storedAt = '2026-03-02T09:00:00.000Z';
const decidedAt = '2026-03-02T09:00:02.100Z';
const message = { seq: 7, storedAt, now: new Date('2026-03-02T09:05:00.000Z') };

const story = (more: Partial<Story> = {}): Story => ({
  deliveredSeq: 0,
  readSeq: 0,
  decision: null,
  devices: [],
  job: null,
  deadLetter: null,
  ...more,
});
const decision = (more: Partial<NonNullable<Story['decision']>> = {}) => ({
  at: decidedAt,
  category: 'chat',
  do: 'push' as const,
  reason: 'notConnected',
  seen: { connected: false, hinted: false, deliveredSeq: 0, readSeq: 0 },
  ...more,
});
const device = (state: view.TracedRecipient['devices'][number]['state']) => ({
  deviceId: 'phone',
  provider: 'fcm',
  state,
  claimedAt: decidedAt,
  attempts: [],
});
const letter = (tries: number): view.DeadLetter => ({
  id: 'x',
  queue: 'chat',
  kind: 'entry',
  recipientId: 'a',
  at: decidedAt,
  reason: 'time-out',
  tries,
});
const connected = { connected: true, hinted: false, deliveredSeq: 7, readSeq: 7 };

test.each<[Story, string]>([
  [
    story({ decision: decision({ do: 'nothing', reason: 'read', seen: connected }) }),
    'Read on a device within 2.1 s of being written, so nothing was sent.',
  ],
  [
    story({ decision: decision({ do: 'nothing', reason: 'muted' }) }),
    'The person muted the conversation, so nothing was sent.',
  ],
  [
    story({
      decision: decision({ do: 'hold', reason: 'quietHours', until: '2026-03-02T23:00:00.000Z' }),
    }),
    'Held until 2026-03-02T23:00:00.000Z for the quiet hours of the person; still held.',
  ],
  [
    story({ decision: decision(), devices: [device('sent'), device('sent')] }),
    'Unread after 2.1 s with no device connected; sent to 2 of 2 devices.',
  ],
  [
    story({
      decision: decision(),
      devices: [device('sent'), device('refused')],
      deadLetter: letter(1),
    }),
    'Unread after 2.1 s with no device connected; sent to 1 of 2 devices; the rest was given up after 1 try (time-out).',
  ],
  [
    story({ decision: decision({ reason: 'unreadThoughConnected' }), deadLetter: letter(6) }),
    'Unread after 2.1 s though a device was connected; given up after 6 tries (time-out).',
  ],
  [
    story({ decision: decision({ outcome: { is: 'noDevice', at: decidedAt } }) }),
    'Unread after 2.1 s with no device connected; no device is registered for notifications.',
  ],
  [
    story({ decision: decision(), job: { queue: 'chat', state: 'delayed', tries: 2 } }),
    'Unread after 2.1 s with no device connected; its push is delayed in the queue chat.',
  ],
  [
    story({ decision: decision() }),
    'Unread after 2.1 s with no device connected; its push waits in a bundle with others, or is being sent.',
  ],
  [
    story({ readSeq: 7 }),
    'It was read since. No decision is kept: no relay has come to it, or it was written before there was one.',
  ],
])('%#', (told, sentence) => {
  expect(explainDelivery(told, message)).toBe(sentence);
});

test('after its time no decision is kept', () => {
  const now = new Date('2026-04-01T09:00:00.000Z');
  expect(explainDelivery(story(), { ...message, now })).toBe(
    'No decision is kept: they are kept for 14 days.',
  );
});

const people = { buyerId: 'buyer', sellerId: 'seller' };
type Told = Parameters<typeof whyNeverPushed>[0];
const entry = (more: Partial<Told>): Told => ({
  kind: 'text',
  senderId: 'seller',
  createdAt: new Date(storedAt),
  ...more,
});
const system = (notice: NonNullable<Told['notice']>) =>
  entry({ kind: 'system', senderId: null, notice });

test.each<[string, Told, string | undefined, string | undefined]>([
  [
    'an edit',
    entry({ kind: 'edit' }),
    'changesEarlier',
    'Never pushed: it changes an earlier entry.',
  ],
  [
    'an unsend',
    entry({ kind: 'unsend' }),
    'changesEarlier',
    'Never pushed: it changes an earlier entry.',
  ],
  [
    'who left',
    system({ type: 'left', userId: 'seller' }),
    'conversationOnly',
    'Never pushed: it is shown in the conversation alone.',
  ],
  [
    'a notice of a later version',
    system({ type: 'somethingNew' }),
    'conversationOnly',
    'Never pushed: it is shown in the conversation alone.',
  ],
  [
    'their own act',
    system({ type: 'dealCompleted', userId: 'buyer' }),
    'ownAct',
    'Never pushed to this person: it tells of what they did themselves.',
  ],
  [
    'a question to the other side',
    system({ type: 'dealQuestion' }),
    'otherSide',
    'Never pushed to this person: only the other side is told of it.',
  ],
  ['a message', entry({}), undefined, undefined],
  [
    'the act of the other side',
    system({ type: 'dealCompleted', userId: 'seller' }),
    undefined,
    undefined,
  ],
])('why %s is never pushed to the buyer', (_what, told, code, sentence) => {
  const never = whyNeverPushed(told, { ...people, userId: 'buyer' });
  expect(never).toBe(code);
  const now = new Date(storedAt);
  if (never) expect(explainDelivery(story({ never }), { ...message, now })).toBe(sentence);
});
