import type { Facts, LogEntry, Promised, Sent, Shown, Violation } from './facts.js';
import { replay } from './replay.js';

/** Holds a history against the promises. Empty: they were kept. */
export function judge(facts: Facts): Violation[] {
  return [
    ...judgeLog(facts),
    ...judgeViews(facts),
    ...judgePositions(facts),
    ...judgeDeals(facts),
    ...judgeProcesses(facts),
  ];
}

/** Throws with all broken promises, each by its name; what happened before is for the caller to say. */
export function mustBeKept(facts: Facts): void {
  const violations = judge(facts);
  if (violations.length === 0) return;
  const lines = violations.map(({ promise, detail }) => `  ${promise}: ${detail}`);
  throw new Error(`${violations.length} broken promises\n${lines.join('\n')}`);
}

const broken = (promise: Promised, detail: string): Violation => ({ promise, detail });
const say = (value: unknown): string => JSON.stringify(value);

/** An intent: the same one sent twice is the same entry. */
const intentOf = (conversationId: string, senderId: string | null, clientMessageId: string) =>
  [conversationId, senderId, clientMessageId].join(' ');

/** What everybody meant, by intent. */
function intentsOf(facts: Facts): Map<string, Sent> {
  return new Map(
    facts.sent.map((one) => [intentOf(one.conversationId, one.personId, one.clientMessageId), one]),
  );
}

const logOf = (facts: Facts, conversationId: string): LogEntry[] =>
  facts.log
    .filter((entry) => entry.conversationId === conversationId)
    .sort((a, b) => a.seq - b.seq);

function judgeLog(facts: Facts): Violation[] {
  return facts.conversations.flatMap(({ id }) => {
    const log = logOf(facts, id);
    return [
      ...acknowledgedAreStored(facts, id, log),
      ...storedOnceAndSent(facts, id, log),
      ...withoutHoles(log),
      ...inTheOrderOfTheirDevice(facts, id, log),
    ];
  });
}

function acknowledgedAreStored(facts: Facts, id: string, log: LogEntry[]): Violation[] {
  const bySeq = new Map(log.map((entry) => [entry.seq, entry]));
  const isThere = ({ seq, clientMessageId }: { seq: number; clientMessageId: string }) =>
    bySeq.get(seq)?.clientMessageId === clientMessageId;
  return facts.acknowledged
    .filter((one) => one.conversationId === id && !isThere(one))
    .map((one) => broken('acknowledgedIsLost', say(one)));
}

/**
 * Once by the id of the intent, and once by what was said: an entry that says the words of another one under an id
 * that nobody used is that other one stored again.
 */
function storedOnceAndSent(facts: Facts, id: string, log: LogEntry[]): Violation[] {
  const intents = intentsOf(facts);
  const said = new Set(facts.sent.map(({ personId, text }) => `${personId} ${text}`));
  const stored = new Set<string>();
  return log.flatMap((entry) => {
    // What the system says was sent by nobody.
    if (entry.senderId === null) return [];
    const intent = intentOf(id, entry.senderId, entry.clientMessageId);
    if (stored.has(intent)) return [broken('storedTwice', say(entry))];
    stored.add(intent);
    const sent = intents.get(intent);
    if (!sent)
      return [
        said.has(`${entry.senderId} ${entry.text}`) && entry.text !== undefined
          ? broken('storedTwice', say(entry))
          : broken('storedUnsent', say(entry)),
      ];
    const same = sent.kind === entry.kind && sent.targetSeq === entry.targetSeq;
    return same ? [] : [broken('storedUnsent', `${say(entry)} was meant as ${say(sent)}`)];
  });
}

function withoutHoles(log: LogEntry[]): Violation[] {
  const wrong = log.find(({ seq }, index) => seq !== index + 1);
  return wrong ? [broken('hole', `${say(wrong)} is number ${log.indexOf(wrong) + 1}`)] : [];
}

/**
 * Of one device: the message that was sent first stands first. An edit waits for no message that is on its way, and no
 * message for one that was refused and is sent again.
 */
function inTheOrderOfTheirDevice(facts: Facts, id: string, log: LogEntry[]): Violation[] {
  const seqs = new Map(
    log.map((entry) => [intentOf(id, entry.senderId, entry.clientMessageId), entry.seq]),
  );
  const last = new Map<string, number>();
  const met = new Set(
    facts.sent
      .filter(({ refused }) => refused)
      .map((one) => intentOf(one.conversationId, one.personId, one.clientMessageId)),
  );
  return facts.sent
    .filter((one) => one.conversationId === id && one.kind === 'text')
    .flatMap((one) => {
      const intent = intentOf(id, one.personId, one.clientMessageId);
      const seq = seqs.get(intent);
      // Sent again is sent when it was sent first, by whichever device.
      if (seq === undefined || met.has(intent)) return [];
      met.add(intent);
      const before = last.get(one.device) ?? 0;
      last.set(one.device, Math.max(seq, before));
      return seq < before
        ? [broken('senderOrder', `${say(one)} has seq ${seq}, behind ${before}`)]
        : [];
    });
}

function judgeViews(facts: Facts): Violation[] {
  const intents = intentsOf(facts);
  const textOf = (entry: LogEntry) =>
    intents.get(intentOf(entry.conversationId, entry.senderId, entry.clientMessageId))?.text ??
    entry.text;
  const violations: Violation[] = [];
  const people = new Map(facts.conversations.map((one) => [one.id, one.people]));
  for (const { id } of facts.conversations) {
    const log = logOf(facts, id);
    const truth = replay(log, textOf);
    const stored = difference(log, truth);
    if (stored) violations.push(broken('projection', `stored in ${id}: ${stored}`));
    const drawn = truth.filter((_, index) => isDrawn(log[index]!.kind));
    for (const view of facts.views.filter((one) => one.conversationId === id)) {
      const wrong = difference(view.entries, drawn);
      if (wrong) violations.push(broken('view', `${view.device} in ${id}: ${wrong}`));
    }
  }
  const shown = new Map<string, number>();
  const numbers = new Map(
    facts.conversations.map(({ id }) => [id, logOf(facts, id).map(({ seq }) => seq)]),
  );
  for (const { device, personId, conversationId, seq } of facts.seen) {
    if (!people.get(conversationId)?.includes(personId))
      violations.push(broken('foreign', `${device} saw ${seq} of ${conversationId}`));
    const key = `${device} ${conversationId}`;
    const before = shown.get(key) ?? 0;
    shown.set(key, seq);
    const leftOut = numbers.get(conversationId)?.find((other) => other > before && other < seq);
    if (seq <= before || leftOut !== undefined)
      violations.push(broken('shownOutOfOrder', `${device} saw ${seq} after ${before}`));
  }
  return violations;
}

/** Edits and unsends stand in the log and show in their targets alone. */
export const isDrawn = (kind: string): boolean => kind !== 'edit' && kind !== 'unsend';

/** The first place where two lists of entries differ. */
function difference(is: readonly Shown[], should: readonly Shown[]): string | undefined {
  for (let index = 0; index < Math.max(is.length, should.length); index += 1) {
    const [one, other] = [is[index], should[index]].map(
      (entry) => entry && say([entry.seq, entry.state, entry.text ?? null]),
    );
    if (one !== other) return `${one} instead of ${other}`;
  }
  return undefined;
}

function judgePositions(facts: Facts): Violation[] {
  const violations: Violation[] = [];
  const lastOf = (id: string) => logOf(facts, id).at(-1)?.seq ?? 0;
  const known = new Map<string, { deliveredSeq: number; readSeq: number }>();
  const told = facts.positions.map((one) => ({ ...one, from: one.device }));
  // What the database holds comes after all that anybody was told of it.
  for (const { device: from } of new Map(told.map((one) => [one.device, one])).values())
    for (const row of facts.inbox) told.push({ ...row, device: from, from: 'the database' });
  for (const { device, from, userId, conversationId, deliveredSeq, readSeq } of told) {
    const key = [device, userId, conversationId].join(' ');
    const before = known.get(key) ?? { deliveredSeq: 0, readSeq: 0 };
    if (deliveredSeq < before.deliveredSeq || readSeq < before.readSeq)
      violations.push(
        broken(
          'cursorWentBack',
          `${from} says ${deliveredSeq}/${readSeq} of ${userId}, ${device} knew ${say(before)}`,
        ),
      );
    known.set(key, { deliveredSeq, readSeq });
  }
  for (const { userId, conversationId, deliveredSeq, readSeq } of [
    ...facts.positions,
    ...facts.inbox,
  ]) {
    const last = lastOf(conversationId);
    if (Math.max(deliveredSeq, readSeq) > last)
      violations.push(
        broken('cursorBeyondLog', `${userId}: ${deliveredSeq}/${readSeq}, and ${last} is the last`),
      );
  }
  return violations;
}

function judgeDeals(facts: Facts): Violation[] {
  return [
    ...repeated(facts.acceptedOffers, ({ listingId }) => listingId).map((one) =>
      broken('twoAccepted', say(one)),
    ),
    ...repeated(facts.pushes.filter(rings), ({ conversationId, seq, deviceId }) =>
      [conversationId, seq, deviceId].join(' '),
    ).map((one) => broken('pushedTwice', say(one))),
  ];
}

/** What takes a notification away or gives it other words may come as often as it likes. */
const rings = ({ silent, replaces }: Facts['pushes'][number]): boolean =>
  silent !== true && replaces === undefined;

function repeated<T>(list: readonly T[], keyOf: (one: T) => string): T[] {
  const met = new Set<string>();
  return list.filter((one) => met.size === met.add(keyOf(one)).size);
}

/** Lines of a log that no healthy process writes: fatal ones, and what nobody caught. */
const alarming = /"level":60|unhandled|uncaught|FATAL ERROR/i;

function judgeProcesses(facts: Facts): Violation[] {
  return facts.processes.flatMap(({ name, unexpectedEnds, log }) => [
    ...unexpectedEnds.map((end) => broken('processEnded', `${name}: ${end}`)),
    ...log
      .split('\n')
      .filter((line) => alarming.test(line))
      .map((line) => broken('unhandledError', `${name}: ${line.slice(0, 400)}`)),
  ]);
}
