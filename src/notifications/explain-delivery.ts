import type { view } from '../contract/index.js';
import { categoryOf, recipientsOf, type ToldEntry } from './category.js';
import { decisionDays } from './decision.js';

type Story = Omit<view.TracedRecipient, 'userId' | 'explanation'>;
interface Message {
  seq: number;
  storedAt: string;
  now: Date;
}
type Decision = NonNullable<Story['decision']>;

/** Why no notification ever tells this person of this kind of entry; undefined: one may. */
export function whyNeverPushed(
  entry: ToldEntry,
  people: { userId: string; buyerId: string; sellerId: string },
): view.NeverPushed | undefined {
  if (entry.kind === 'edit' || entry.kind === 'unsend') return 'changesEarlier';
  if (categoryOf(entry) === null) return 'conversationOnly';
  if (recipientsOf(entry, people).includes(people.userId)) return undefined;
  const actor = entry.senderId ?? entry.notice?.userId;
  return people.userId === actor ? 'ownAct' : 'otherSide';
}

const nevers: Record<view.NeverPushed, string> = {
  changesEarlier: 'Never pushed: it changes an earlier entry.',
  conversationOnly: 'Never pushed: it is shown in the conversation alone.',
  ownAct: 'Never pushed to this person: it tells of what they did themselves.',
  otherSide: 'Never pushed to this person: only the other side is told of it.',
};

/** What became of an entry for one person, in a sentence for operators. */
export function explainDelivery(story: Story, message: Message): string {
  const { decision, never } = story;
  if (!decision) return never ? nevers[never] : undecided(story, message);
  const after = seconds(Date.parse(decision.at) - Date.parse(message.storedAt));
  switch (decision.do) {
    case 'nothing':
      return `${nothing(decision, after)}, so nothing was sent.`;
    case 'hold':
      return `Held until ${decision.until} ${holds[decision.reason] ?? ''}${heldThen(decision)}.`;
    case 'push':
      return `${whyPushed(decision, after)}; ${whatCame(story, decision)}.`;
  }
}

/** Within about this time the relay decides on an entry. */
const decidedWithinMs = 30_000;

function undecided({ readSeq }: Story, { seq, storedAt, now }: Message) {
  const ageMs = now.getTime() - Date.parse(storedAt);
  if (ageMs < decidedWithinMs)
    return 'Not decided yet: the relay looks two seconds after it was written, and twelve for who is connected.';
  const read = readSeq >= seq ? 'It was read since. ' : '';
  return ageMs > decisionDays * 24 * 3_600_000
    ? `${read}No decision is kept: they are kept for ${decisionDays} days.`
    : `${read}No decision is kept: no relay has come to it, or it was written before there was one.`;
}

const reasons: Record<string, string> = {
  blocked: 'A block lies between the two',
  gone: 'The person left the conversation, or has no account any more',
  categoryOff: 'The person switched such notifications off',
  muted: 'The person muted the conversation',
  expired: 'By then it was too late to be worth telling',
};

function nothing({ reason, seen }: Decision, after: string): string {
  if (reason !== 'read') return reasons[reason] ?? reason;
  return `Read on a device${seen.connected ? '' : ', gone since,'} within ${after} of being written`;
}

const holds: Record<string, string> = {
  quietHours: 'for the quiet hours of the person',
  cap: 'because there were enough notifications like it',
};

const outcomes: Record<string, string> = {
  sent: 'sent',
  read: 'read before it was sent, so nothing was',
  blocked: 'a block came between, so nothing was sent',
  muted: 'muted meanwhile, so nothing was sent',
  categoryOff: 'switched off meanwhile, so nothing was sent',
  gone: 'taken back or left meanwhile, so nothing was sent',
  noDevice: 'no device is registered for notifications',
  expired: 'too late to be worth telling, so nothing was sent',
  dead: 'given up, and lies among the dead letters',
  digested: 'told together with others',
};

const heldThen = ({ outcome }: Decision): string =>
  outcome ? `; then ${outcomes[outcome.is] ?? outcome.is}` : '; still held';

function whyPushed({ reason, seen }: Decision, after: string): string {
  if (seen.connected === null) return `Unread after ${after}, and presence was not known`;
  return reason === 'notConnected'
    ? `Unread after ${after} with no device connected`
    : `Unread after ${after} though a device was connected`;
}

function whatCame({ devices, job, deadLetter }: Story, { outcome }: Decision): string {
  const sent = devices.filter(({ state }) => state === 'sent').length;
  const parts: string[] = [];
  if (sent > 0) parts.push(`sent to ${sent} of ${counted(devices.length, 'device')}`);
  if (deadLetter) {
    const what = sent > 0 ? 'the rest was given up' : 'given up';
    parts.push(`${what} after ${counted(deadLetter.tries, 'try', 'tries')} (${deadLetter.reason})`);
  }
  if (parts.length > 0) return parts.join('; ');
  if (outcome) return outcomes[outcome.is] ?? outcome.is;
  if (job) return `its push is ${job.state} in the queue ${job.queue}`;
  // A push inside a bundle cannot be found by its id; one that its bundle left over can.
  return 'its push waits in a bundle with others, or is being sent';
}

const counted = (count: number, one: string, many = `${one}s`) =>
  `${count} ${count === 1 ? one : many}`;
const seconds = (ms: number) => `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
