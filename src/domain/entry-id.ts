import type { Entry } from './entry.js';

/** Hexadecimal digits of the conversation, and of `seq`, in the id of an entry. */
const conversationDigits = 12;
const seqDigits = 6;
const seqs = 16 ** seqDigits;

/**
 * The public id of an entry: a UUID (version 8) of its time, the beginning of its conversation and its `seq`. So no
 * second id has to be stored and indexed; ids grow with time; and an id says where to look for its entry:
 * {@link placeIn}.
 */
export function entryIdOf({
  conversationId,
  seq,
  createdAt,
}: Pick<Entry, 'conversationId' | 'seq' | 'createdAt'>): string {
  const time = createdAt.getTime().toString(16).padStart(12, '0');
  const begins = beginningOf(conversationId);
  const number = (seq % seqs).toString(16).padStart(seqDigits, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-8${begins.slice(0, 3)}-8${begins.slice(3, 6)}-${begins.slice(6)}${number}`;
}

const beginningOf = (conversationId: string): string =>
  conversationId.slice(0, 8) + conversationId.slice(9, 13);

/**
 * How the conversation of an entry begins, as the first 13 characters of its id, and the entry's `seq`; of a log of more
 * than 16 million entries, only those below are found. Null for what is no id of an entry.
 */
export function placeIn(id: string): { begins: string; seq: number } | null {
  const found = /^[0-9a-f]{8}-[0-9a-f]{4}-8([0-9a-f]{3})-8([0-9a-f]{3})-([0-9a-f]{12})$/.exec(id);
  if (!found) return null;
  const digits = `${found[1]}${found[2]}${found[3]!.slice(0, conversationDigits - 6)}`;
  return {
    begins: `${digits.slice(0, 8)}-${digits.slice(8)}`,
    seq: parseInt(found[3]!.slice(-seqDigits), 16),
  };
}
