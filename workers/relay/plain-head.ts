import {
  binaryHeadBytes,
  bsonBinary,
  bsonDate,
  bsonObject,
  bsonText,
  dateOf,
  elementsOf,
  textOf,
} from '../../src/platform/bson.js';
import { numberedIdAt, placeBytes, uuidAt, uuidBytes } from '../../src/platform/stored-ids.js';
import type { Entry } from '../../src/domain/entry.js';
import type { ToldEntry } from '../../src/notifications/index.js';

/** What the relay needs of an entry. Texts stay in the database, since a hundred thousand entries may be under way. */
export type EntryHead = Pick<
  Entry,
  'conversationId' | 'seq' | 'kind' | 'targetSeq' | 'onlyFor' | 'cautions' | 'trace'
> &
  ToldEntry;

/** What nearly all entries are to the relay: their place, who wrote them, when, and their kind. */
interface PlainHead {
  /** When it was committed, by the database's clock. */
  wallTime: Date;
  head: EntryHead;
}

/**
 * Reads the head of an entry from the bytes of its change in the stream, without the objects that the driver would make
 * on the way. Undefined for every entry that has more than these four fields, and where something is otherwise.
 */
export function plainHead(bytes: Uint8Array): PlainHead | undefined {
  let wallTime: Date | undefined;
  let head: EntryHead | undefined;
  for (const element of elementsOf(bytes)) {
    const { type, nameBytes } = element;
    // The names of the projection have lengths of their own: _id, wallTime, fullDocument.
    if (nameBytes === 8 && type === bsonDate) wallTime = dateOf(bytes, element);
    else if (nameBytes === 12 && type === bsonObject) head = headAt(bytes, element.at);
    else if (nameBytes !== 3) return undefined;
  }
  return wallTime && head && { wallTime, head };
}

function headAt(bytes: Uint8Array, start: number): EntryHead | undefined {
  const elements = elementsOf(bytes, start);
  if (elements.length !== 4) return undefined;
  let [placeAt, senderAt, kind] = [0, 0, ''];
  let createdAt: Date | undefined;
  for (const element of elements) {
    const { type, nameBytes, at } = element;
    // Of all names of the projection only these have this length and this type: _id, senderId, kind, createdAt.
    if (nameBytes === 3 && isBinary(element, placeBytes)) placeAt = at + binaryHeadBytes;
    else if (nameBytes === 8 && isBinary(element, uuidBytes)) senderAt = at + binaryHeadBytes;
    else if (nameBytes === 4 && type === bsonText) kind = textOf(bytes, element);
    else if (nameBytes === 9 && type === bsonDate) createdAt = dateOf(bytes, element);
    else return undefined;
  }
  if (!placeAt || !senderAt || !createdAt || !kind) return undefined;
  const { id: conversationId, number: seq } = numberedIdAt(bytes, placeAt);
  const senderId = uuidAt(bytes, senderAt);
  return { conversationId, seq, senderId, kind: kind as EntryHead['kind'], createdAt };
}

const isBinary = (element: { type: number; bytes: number }, length: number): boolean =>
  element.type === bsonBinary && element.bytes === binaryHeadBytes + length;
