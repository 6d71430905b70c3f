import { expect, test } from '@jest/globals';
import type { Facts, LogEntry, Promised, View } from '../support/oracle/facts.js';
import { judge, mustBeKept } from '../support/oracle/oracle.js';

/**
 * A good history: two people with two devices each wrote six entries into one conversation, the second message was
 * edited twice, the third taken back after an edit, and everybody has read everything.
 */
function goodHistory(): Facts {
  const conversationId = 'talk';
  const said: [device: string, kind: 'text' | 'edit' | 'unsend', text?: string, target?: number][] =
    [
      ['minji-phone', 'text', 'is it there?'],
      ['junho-shop', 'text', 'yes'],
      ['minji-tablet', 'text', 'for how much'],
      ['junho-shop', 'edit', 'yes, it is', 2],
      ['minji-tablet', 'edit', 'how much is it', 3],
      ['minji-phone', 'unsend', undefined, 3],
      ['junho-phone', 'edit', 'yes, it is here', 2],
      ['junho-shop', 'text', 'seventy'],
    ];
  const personOf = (device: string) => device.split('-')[0]!;
  const sent = said.map(([device, kind, text, targetSeq], index) => ({
    device,
    personId: personOf(device),
    conversationId,
    clientMessageId: `intent-${index}`,
    kind,
    text,
    targetSeq,
  }));
  const shown = [
    [1, 'active', 'is it there?'],
    [2, 'edited', 'yes, it is here'],
    [3, 'unsent', undefined],
    [4, 'active', 'yes, it is'],
    [5, 'unsent', undefined],
    [6, 'active', undefined],
    [7, 'active', 'yes, it is here'],
    [8, 'active', 'seventy'],
  ] as const;
  const changes = new Set([4, 5, 6, 7]);
  const entries = () => shown.map(([seq, state, text]) => ({ seq, state, text }));
  const devices = ['minji-phone', 'minji-tablet', 'junho-shop', 'junho-phone'];
  const position = (userId: string, seq: number) => ({
    userId,
    conversationId,
    deliveredSeq: seq,
    readSeq: seq,
  });
  return {
    conversations: [{ id: conversationId, people: ['minji', 'junho'] }],
    sent,
    acknowledged: sent.map(({ device, clientMessageId }, index) => ({
      device,
      conversationId,
      clientMessageId,
      seq: index + 1,
    })),
    seen: devices.flatMap((device) =>
      shown.map(([seq]) => ({ device, personId: personOf(device), conversationId, seq })),
    ),
    positions: devices.flatMap((device) =>
      ['minji', 'junho'].flatMap((userId) =>
        [3, 8].map((seq) => ({ device, ...position(userId, seq) })),
      ),
    ),
    views: devices.map((device) => ({
      device,
      personId: personOf(device),
      conversationId,
      entries: entries().filter(({ seq }) => !changes.has(seq)),
    })),
    log: entries().map((entry, index) => ({
      ...entry,
      id: `entry-${entry.seq}`,
      conversationId,
      senderId: sent[index]!.personId,
      clientMessageId: sent[index]!.clientMessageId,
      kind: sent[index]!.kind,
      targetSeq: sent[index]!.targetSeq,
    })),
    inbox: [position('minji', 8), position('junho', 8)],
    acceptedOffers: [{ listingId: 'bicycle', offerId: 'seventy' }],
    pushes: [8, 9].map((seq) => ({ conversationId, seq, deviceId: 'minji-phone' })),
    processes: [{ name: 'node-1', unexpectedEnds: [], log: '{"level":30,"msg":"stopping"}\n' }],
  };
}

/** All that is known of the last entry, gone or changed at once: so that one promise alone is broken. */
function lastEntry(facts: Facts, change: (entry: LogEntry) => LogEntry | null): void {
  const old = facts.log.pop()!;
  const last = change(old);
  if (last) facts.log.push(last);
  const seen = facts.seen.filter(({ seq }) => seq === old.seq);
  facts.seen = facts.seen.filter(({ seq }) => seq !== old.seq);
  for (const view of facts.views) view.entries.pop();
  if (!last) return;
  facts.seen.push(...seen.map((one) => ({ ...one, seq: last.seq })));
  for (const view of facts.views)
    view.entries.push({ seq: last.seq, state: last.state, text: last.text });
  for (const one of facts.acknowledged)
    if (one.clientMessageId === last.clientMessageId) one.seq = last.seq;
}

/** Stores one more entry that everybody sees. */
function append(facts: Facts, change: Partial<LogEntry>): void {
  const entry = { ...facts.log.at(-1)!, id: 'entry-9', seq: 9, ...change };
  facts.log.push(entry);
  for (const view of facts.views) {
    view.entries.push({ seq: entry.seq, state: entry.state, text: entry.text });
    const { device, personId, conversationId } = view;
    facts.seen.push({ device, personId, conversationId, seq: entry.seq });
  }
}

const viewOf = (facts: Facts, device: string): View =>
  facts.views.find((view) => view.device === device)!;

test('a good history breaks no promise', () => {
  expect(judge(goodHistory())).toEqual([]);
  expect(() => mustBeKept(goodHistory())).not.toThrow();
});

test('a notification that is changed or taken away does not ring again', () => {
  const facts = goodHistory();
  const first = facts.pushes[0]!;
  facts.pushes.push(
    { ...first, replaces: first.seq },
    { ...first, replaces: first.seq },
    { ...first, silent: true },
  );
  expect(judge(facts)).toEqual([]);
});

test('what was refused and sent again may stand behind what was sent meanwhile', () => {
  const facts = goodHistory();
  const last = facts.sent.at(-1)!;
  facts.sent.unshift({ ...last, refused: true });
  expect(judge(facts)).toEqual([]);
});

const noCursors = (facts: Facts) => {
  facts.positions = [];
  facts.inbox = [];
};

const bugs: [bug: string, promise: Promised, plant: (facts: Facts) => void][] = [
  [
    'what was acknowledged is not there',
    'acknowledgedIsLost',
    (facts) => {
      noCursors(facts);
      lastEntry(facts, () => null);
    },
  ],
  [
    'it is acknowledged under a number that another message has',
    'acknowledgedIsLost',
    (facts) => void (facts.acknowledged[7]!.seq = 7),
  ],
  ['one intent is stored twice', 'storedTwice', (facts) => append(facts, {})],
  [
    'a retry is stored under an id of its own',
    'storedTwice',
    (facts) => append(facts, { clientMessageId: 'another' }),
  ],
  [
    'something stands there that nobody wrote',
    'storedUnsent',
    (facts) => append(facts, { clientMessageId: 'another', text: 'who am I' }),
  ],
  [
    'it is stored as written by the other person',
    'storedUnsent',
    (facts) => {
      facts.acknowledged.pop();
      lastEntry(facts, (entry) => ({ ...entry, senderId: 'minji' }));
      facts.sent.at(-1)!.text = 'something else';
      for (const view of facts.views) view.entries.at(-1)!.text = 'seventy';
    },
  ],
  [
    'an edit is stored for another message than was meant',
    'storedUnsent',
    (facts) => void (facts.sent[3]!.targetSeq = 1),
  ],
  ['a number is left out', 'hole', (facts) => lastEntry(facts, (entry) => ({ ...entry, seq: 9 }))],
  [
    'what a device sent first stands behind what it sent next',
    'senderOrder',
    (facts) => {
      const [last] = facts.sent.splice(-1);
      facts.sent.splice(0, 0, last!);
    },
  ],
  [
    'the stored text of a message does not follow its last edit',
    'projection',
    (facts) => void (facts.log[1]!.text = 'yes, it is'),
  ],
  [
    'the text of an edit outlives the message that was taken back',
    'projection',
    (facts) => void (facts.log[4]!.text = 'how much is it'),
  ],
  [
    'a device shows an older edit',
    'view',
    (facts) => void (viewOf(facts, 'minji-phone').entries[1]!.text = 'yes, it is'),
  ],
  [
    'a device goes on showing what was taken back',
    'view',
    (facts) => {
      viewOf(facts, 'junho-phone').entries[2] = { seq: 3, state: 'active', text: 'for how much' };
    },
  ],
  [
    'a device never gets the last entry',
    'view',
    (facts) => void viewOf(facts, 'junho-phone').entries.pop(),
  ],
  [
    'a device shows an entry twice',
    'view',
    (facts) => {
      const { entries } = viewOf(facts, 'junho-phone');
      entries.push(entries.at(-1)!);
    },
  ],
  [
    'a device shows a later entry first',
    'shownOutOfOrder',
    (facts) => {
      const [first, second] = facts.seen;
      [facts.seen[0], facts.seen[1]] = [second!, first!];
    },
  ],
  [
    'a stranger sees an entry',
    'foreign',
    (facts) =>
      void facts.seen.push({
        device: 'thief-phone',
        personId: 'thief',
        conversationId: 'talk',
        seq: 1,
      }),
  ],
  [
    'a device is told of a position that goes back',
    'cursorWentBack',
    (facts) => void facts.positions.push({ ...facts.positions[1]!, readSeq: 4 }),
  ],
  [
    'the database holds less than a device was told',
    'cursorWentBack',
    (facts) => void (facts.inbox[0]!.readSeq = 7),
  ],
  [
    'somebody has read more than there is',
    'cursorBeyondLog',
    (facts) => void Object.assign(facts.inbox[0]!, { deliveredSeq: 9, readSeq: 9 }),
  ],
  [
    'two offers of one listing are accepted',
    'twoAccepted',
    (facts) => void facts.acceptedOffers.push({ listingId: 'bicycle', offerId: 'eighty' }),
  ],
  [
    'a device rings twice for one entry',
    'pushedTwice',
    (facts) => void facts.pushes.push({ ...facts.pushes[0]! }),
  ],
  [
    'a process ends that nobody killed',
    'processEnded',
    (facts) => void facts.processes[0]!.unexpectedEnds.push('code 1, signal null'),
  ],
  [
    'a rejection is caught by nobody',
    'unhandledError',
    (facts) => void (facts.processes[0]!.log += 'UnhandledPromiseRejection: This error …\n'),
  ],
  [
    'a process logs a fatal error',
    'unhandledError',
    (facts) => void (facts.processes[0]!.log += '{"level":60,"msg":"unexpected error"}\n'),
  ],
];

test.each(bugs)('the oracle notices when %s', (_bug, promise, plant) => {
  const facts = goodHistory();
  plant(facts);
  const names = judge(facts).map((violation) => violation.promise);
  expect([...new Set(names)]).toEqual([promise]);
  expect(() => mustBeKept(facts)).toThrow(promise);
});
