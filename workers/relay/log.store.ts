import type { Connection } from 'mongoose';
import { toHead, type EntryDocument } from '../../src/conversations/index.js';
import { lessAMinute } from '../../src/platform/ids.js';
import { collectionOf, inItsTime } from '../../src/platform/mongo.js';
import { plainHead, type EntryHead } from './plain-head.js';
import type { Source } from './relay.js';

export type { EntryHead };

type HeadDocument = Omit<EntryHead, 'conversationId' | 'seq' | 'senderId'> &
  Pick<EntryDocument, '_id' | 'senderId'>;

const fields = {
  _id: 1,
  senderId: 1,
  kind: 1,
  createdAt: 1,
  notice: 1,
  targetSeq: 1,
  onlyFor: 1,
  cautions: 1,
  trace: 1,
  'offer.act': 1,
  'offer.turn': 1,
  'offer.amount': 1,
  'offer.expiresAt': 1,
  'appointment.act': 1,
  'appointment.at': 1,
  'appointment.place.name': 1,
};

interface Change {
  _id: unknown;
  wallTime?: Date;
  fullDocument?: HeadDocument;
  /** In place of the document, where it was read from bytes. */
  head?: EntryHead;
}

/** The log as the relay reads it: the heads of entries of all conversations, from the collection `messages`. */
export class LogStore implements Source<Change, EntryHead> {
  private readonly messages;

  constructor(connection: Connection) {
    this.messages = collectionOf<HeadDocument>(connection, 'messages');
  }

  /** New entries as they are committed, from a resume token or from now on. */
  watch(resumeAfter: unknown) {
    return this.messages.watch<HeadDocument, Change>(
      [
        { $match: { operationType: 'insert' } },
        { $project: { fullDocument: fields, wallTime: 1 } },
      ],
      resumeAfter ? { resumeAfter } : {},
    );
  }

  readBytes(bytes: Uint8Array): Omit<Change, '_id'> | undefined {
    return plainHead(bytes);
  }

  pieceOf({ fullDocument, head }: Omit<Change, '_id'>): EntryHead | undefined {
    return head ?? (fullDocument && toHead(fullDocument));
  }

  /**
   * Entries written since about a time, oldest first; for a relay that has lost its place. Reads the whole log: an index
   * of times would cost every write, and nothing else needs one.
   */
  async *since(time: Date): AsyncGenerator<EntryHead> {
    const cursor = this.messages
      .find(
        { createdAt: { $gte: lessAMinute(time) } },
        { projection: fields, allowDiskUse: true, ...inItsTime },
      )
      .sort({ createdAt: 1 });
    for await (const document of cursor) yield toHead(document);
  }
}
