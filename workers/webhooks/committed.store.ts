import type { Connection } from 'mongoose';
import { idAt, lessAMinute } from '../../src/platform/ids.js';
import { databaseOf, inItsTime } from '../../src/platform/mongo.js';
import {
  fromStoredId,
  readNumberedId,
  type Binary,
  type StoredId,
} from '../../src/platform/stored-ids.js';
import {
  eventOfListing,
  eventOfReport,
  eventsOfEntry,
  type EntryFacts,
  type WebhookEvent,
} from '../../src/webhooks/index.js';
import type { Source } from '../relay/relay.js';

/** The events of one write: usually one, two for an offer that opens a deal. */
export interface Happening {
  events: WebhookEvent[];
  createdAt: Date;
}

interface ListingDocument {
  _id: string;
  version: number;
  changedAt?: Date;
  createdAt: Date;
}
interface ReportDocument {
  _id: string;
  userId: string;
  createdAt: Date;
}
type EntryDocument = Omit<EntryFacts, 'conversationId' | 'seq' | 'clientMessageId'> & {
  _id: Binary;
  clientMessageId: StoredId;
};

interface Change {
  _id: unknown;
  ns: { coll: string };
  operationType: 'insert' | 'update';
  documentKey: { _id: string };
  wallTime: Date;
  fullDocument?: unknown;
  updateDescription?: { updatedFields: { version: number } };
}

const entryFields = {
  kind: 1,
  act: 1,
  clientMessageId: 1,
  createdAt: 1,
  'offer.act': 1,
  'offer.dealId': 1,
};

const sayings = (field: string) => [
  {
    [`${field}kind`]: { $in: ['text', 'image', 'place', 'edit', 'unsend', 'offer', 'appointment'] },
  },
  // What the system says of a deal.
  { [`${field}notice.dealId`]: { $exists: true } },
];

/** Every committed change that has an event: entries of the log, listings, reports. One change stream for all three. */
export class CommittedStore implements Source<Change, Happening> {
  constructor(private readonly connection: Connection) {}

  watch(resumeAfter: unknown) {
    const version = 'updateDescription.updatedFields.version';
    return databaseOf(this.connection).watch<never, Change>(
      [
        {
          $match: {
            $or: [
              { 'ns.coll': 'messages', operationType: 'insert', $or: sayings('fullDocument.') },
              { 'ns.coll': 'listings', operationType: 'insert' },
              // Every change that people see moves the version of a listing; all other writes are bookkeeping.
              { 'ns.coll': 'listings', operationType: 'update', [version]: { $exists: true } },
              { 'ns.coll': 'reports', operationType: 'insert' },
            ],
          },
        },
        {
          $project: {
            ns: 1,
            operationType: 1,
            documentKey: 1,
            wallTime: 1,
            [version]: 1,
            fullDocument: { ...entryFields, _id: 1, version: 1, changedAt: 1, userId: 1 },
          },
        },
      ],
      resumeAfter ? { resumeAfter } : {},
    );
  }

  pieceOf(change: Change): Happening | undefined {
    const { ns, operationType, documentKey, wallTime, fullDocument, updateDescription } = change;
    if (ns.coll === 'messages') return ofEntry(fullDocument as EntryDocument);
    if (ns.coll === 'reports') return ofReport(fullDocument as ReportDocument);
    if (operationType === 'insert') return ofListing(fullDocument as ListingDocument);
    return ofListing({
      _id: documentKey._id,
      version: updateDescription!.updatedFields.version,
      createdAt: wallTime,
    });
  }

  /** Only the newest version of a listing is stored. */
  async *since(time: Date): AsyncGenerator<Happening> {
    const database = databaseOf(this.connection);
    const listings = database
      .collection<ListingDocument>('listings')
      .find({ changedAt: { $gte: lessAMinute(time) } }, inItsTime);
    const reports = database
      .collection<ReportDocument>('reports')
      .find({ _id: { $gte: idAt(time) } }, inItsTime);
    // There are few of these. They get the earliest time, so that the place does not move past unread log entries.
    for await (const document of listings) yield { ...ofListing(document), createdAt: time };
    for await (const document of reports) yield { ...ofReport(document), createdAt: time };
    const entries = database
      .collection<EntryDocument>('messages')
      .find(
        { createdAt: { $gte: lessAMinute(time) }, $or: sayings('') },
        { projection: entryFields, allowDiskUse: true, ...inItsTime },
      )
      .sort({ createdAt: 1 });
    for await (const document of entries) yield ofEntry(document);
  }
}

function ofEntry({ _id, clientMessageId, ...said }: EntryDocument): Happening {
  const { id: conversationId, number: seq } = readNumberedId(_id);
  const entry = { conversationId, seq, clientMessageId: fromStoredId(clientMessageId), ...said };
  return { events: eventsOfEntry(entry), createdAt: said.createdAt };
}

function ofListing({ _id: id, version, changedAt, createdAt }: ListingDocument): Happening {
  const at = changedAt ?? createdAt;
  return { events: [eventOfListing(id, version, at)], createdAt: at };
}

function ofReport({ _id: id, userId, createdAt }: ReportDocument): Happening {
  return { events: [eventOfReport(id, userId, createdAt)], createdAt };
}
