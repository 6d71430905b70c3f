import mongoose from 'mongoose';

export interface Entry {
  conversationId: string;
  seq: number;
  senderId: string;
  clientMessageId: string;
  text: string;
  createdAt: Date;
}

/** An entry as it is stored: ids as binary values, and its place in the log as its `_id`. */
export interface Stored {
  _id: mongoose.mongo.Binary;
  conversationId: mongoose.mongo.Binary;
  senderId: mongoose.mongo.Binary;
  clientMessageId: mongoose.mongo.Binary;
  text: string;
  createdAt: Date;
}

interface Waiting {
  draft: Omit<Entry, 'seq' | 'createdAt'>;
  resolve: (entry: Entry) => void;
  reject: (error: unknown) => void;
}

const windowMs = 4;
const batchMax = 500;
const DUPLICATE_KEY = 11_000;

/**
 * Group commit and nothing else: what arrives during a write, or within the window, is the next write, with at most one
 * entry per conversation. It has no bounds, does not tell repeats from taken numbers, and does not shut down cleanly.
 * It is the least that gives one order without holes, to measure what the product adds.
 */
export class PrototypeLog {
  private waiting: Waiting[] = [];
  private readonly lastSeq = new Map<string, number>();
  private writing = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly messages: mongoose.mongo.Collection<Stored>) {}

  append(draft: Waiting['draft']): Promise<Entry> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ draft, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.writing || this.timer || this.waiting.length === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.write();
    }, windowMs);
  }

  private async write(): Promise<void> {
    this.writing = true;
    const batch = this.take();
    const entries = await Promise.all(
      batch.map(async ({ draft }) => ({
        ...draft,
        seq: (await this.lastOf(draft.conversationId)) + 1,
        createdAt: new Date(),
      })),
    );
    const taken = new Set<number>();
    try {
      await this.messages.insertMany(entries.map(toStored), {
        ordered: false,
        writeConcern: { w: 'majority', journal: true },
      });
    } catch (error) {
      const { writeErrors } = error as { writeErrors?: { code: number; index: number }[] };
      for (const [index, { reject }] of batch.entries()) {
        const failure = writeErrors?.find((one) => one.index === index);
        if (!writeErrors || (failure && failure.code !== DUPLICATE_KEY)) reject(error);
        if (!writeErrors || failure) taken.add(index);
      }
      if (writeErrors) this.waiting.unshift(...batch.filter((_, index) => taken.has(index)));
    }
    entries.forEach((entry, index) => {
      if (taken.has(index)) this.lastSeq.delete(entry.conversationId);
      else {
        this.lastSeq.set(entry.conversationId, entry.seq);
        batch[index]!.resolve(entry);
      }
    });
    this.writing = false;
    this.schedule();
  }

  private take(): Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const held = new Set<string>();
    for (const one of this.waiting) {
      if (batch.length >= batchMax || held.has(one.draft.conversationId)) left.push(one);
      else {
        held.add(one.draft.conversationId);
        batch.push(one);
      }
    }
    this.waiting = left;
    return batch;
  }

  private async lastOf(conversationId: string): Promise<number> {
    const known = this.lastSeq.get(conversationId);
    if (known !== undefined) return known;
    const last = await this.messages.findOne(
      { _id: { $gt: placeOf(conversationId, 0), $lte: placeOf(conversationId, seqMax) } },
      { sort: { _id: -1 } },
    );
    return last ? Buffer.from(last._id.buffer).readUIntBE(uuidBytes, seqBytes) : 0;
  }
}

const [uuidBytes, seqBytes] = [16, 6];
const seqMax = 2 ** (8 * seqBytes) - 1;
const UUID_KIND = 4;

/** The `_id` of an entry: conversation, then `seq` in big-endian order, so that it sorts as the log does. */
function placeOf(conversationId: string, seq: number): mongoose.mongo.Binary {
  const place = Buffer.allocUnsafe(uuidBytes + seqBytes);
  place.write(conversationId.replaceAll('-', ''), 'hex');
  place.writeUIntBE(seq, uuidBytes, seqBytes);
  return new mongoose.mongo.Binary(place);
}

const binaryOf = (uuid: string) =>
  new mongoose.mongo.Binary(Buffer.from(uuid.replaceAll('-', ''), 'hex'), UUID_KIND);

const toStored = (entry: Entry): Stored => ({
  _id: placeOf(entry.conversationId, entry.seq),
  conversationId: binaryOf(entry.conversationId),
  senderId: binaryOf(entry.senderId),
  clientMessageId: binaryOf(entry.clientMessageId),
  text: entry.text,
  createdAt: entry.createdAt,
});
