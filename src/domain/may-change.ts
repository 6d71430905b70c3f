import { Refusal } from '../contract/errors.js';
import { limits } from '../contract/limits.js';
import type { view } from '../contract/index.js';
import type { Entry } from './entry.js';

/** What people wrote themselves; offers, notices and changes stand as they were made. */
const changeable: readonly view.MessageKind[] = ['text', 'image', 'place'];

/** Only the author may change an entry, and only what people write. Throws NOT_FOUND, FORBIDDEN. */
export function mustBeAuthor<One extends Pick<Entry, 'senderId' | 'kind'>>(
  target: One | null | undefined,
  userId: string,
): asserts target is One {
  if (!target) throw new Refusal('NOT_FOUND', 'No such message');
  if (target.senderId !== userId) throw new Refusal('FORBIDDEN', 'Somebody else wrote this');
  if (!changeable.includes(target.kind)) throw new Refusal('FORBIDDEN', 'This cannot be changed');
}

/** Throws EDIT_WINDOW_EXPIRED, also for what was taken back: that is final. */
export function mustBeEditable(target: Pick<Entry, 'state' | 'createdAt'>, now: Date): void {
  if (target.state === 'unsent')
    throw new Refusal('EDIT_WINDOW_EXPIRED', 'This message was taken back');
  mustBeWithin(limits.editSeconds, target, now);
}

/** Throws EDIT_WINDOW_EXPIRED. */
export function mustBeUnsendable(target: Pick<Entry, 'createdAt'>, now: Date): void {
  mustBeWithin(limits.unsendSeconds, target, now);
}

function mustBeWithin(seconds: number, target: Pick<Entry, 'createdAt'>, now: Date): void {
  if (now.getTime() - target.createdAt.getTime() > seconds * 1_000)
    throw new Refusal('EDIT_WINDOW_EXPIRED');
}
