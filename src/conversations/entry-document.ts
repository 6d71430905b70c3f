import type { Entry } from '../domain/entry.js';
import { entryIdOf } from '../domain/entry-id.js';
import {
  fromStoredId,
  numberedId,
  readNumberedId,
  toStoredId,
  type Binary,
  type StoredId,
} from '../platform/stored-ids.js';
import { contentHashOf } from './content-hash.js';

/**
 * An entry as the collection `messages` holds it. `_id` is its place in the log, which sorts as the log does; the public
 * id follows from it. What can be made again is left out: see docs/decisions/0022-the-place-is-the-key.md.
 */
export type EntryDocument = Omit<
  Entry,
  'id' | 'conversationId' | 'seq' | 'senderId' | 'clientMessageId' | 'state'
> & {
  _id: Binary;
  /** Once more, because it is the shard key. */
  conversationId: StoredId;
  senderId: StoredId | null;
  clientMessageId: StoredId;
  /** Left out while the entry stands as it was written. */
  state?: Exclude<Entry['state'], 'active'>;
};

export function toDocument(entry: Entry): EntryDocument {
  const { id: _, seq, conversationId, senderId, clientMessageId, state, ...said } = entry;
  return {
    _id: numberedId(conversationId, seq),
    conversationId: toStoredId(conversationId),
    senderId: senderId === null ? null : toStoredId(senderId),
    clientMessageId: toStoredId(clientMessageId),
    ...said,
    ...(state === 'active' ? {} : { state }),
    // The hash of a text that stands as it was sent is made from it.
    ...(entry.kind === 'text' ? {} : { contentHash: contentHashOf(entry) }),
  };
}

type Head<D> = Omit<D, '_id' | 'senderId'> & Pick<Entry, 'conversationId' | 'seq' | 'senderId'>;

/** The part of an entry that was read, with its place. */
export function toHead<D extends Pick<EntryDocument, '_id' | 'senderId'>>({
  _id,
  senderId,
  ...rest
}: D): Head<D> {
  const { id: conversationId, number: seq } = readNumberedId(_id);
  return {
    ...rest,
    conversationId,
    seq,
    senderId: senderId === null ? null : fromStoredId(senderId),
  };
}

export function toEntry(document: EntryDocument): Entry {
  const head = toHead(document);
  return {
    ...head,
    id: entryIdOf(head),
    clientMessageId: fromStoredId(document.clientMessageId),
    state: document.state ?? 'active',
  };
}
