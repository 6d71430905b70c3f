import type { Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Recent } from '../platform/recent.js';
import { Store, specOf } from '../platform/store.js';

/** A term that may not stand in listings, or a number of known fraud. */
export interface Watchword {
  /** Follows from kind and text, so that one word is there once. */
  id: string;
  kind: view.WatchwordKind;
  text: string;
  by: string;
  at: Date;
}

type WatchwordDocument = Omit<Watchword, 'id'> & { _id: string };

const schema = documentsOf<WatchwordDocument>('watchwords');
schema.index({ at: -1, _id: -1 });

const newestFirst = { at: -1, _id: -1 } as const;

/** All words, as texts are held against them. */
const all = 'all';

/** The words to watch for. A change is heard by every node within five seconds, and by most at once. */
export class WatchwordStore extends Store<WatchwordDocument> {
  static readonly collections = [specOf(schema)];
  private readonly recent;
  private last: Watchword[] = [];

  constructor(connection: Connection) {
    super(connection, schema);
    this.recent = new Recent<Watchword[]>({
      max: 1,
      ttlMs: 5_000,
      // Also while no news is heard: each message asks.
      caching: 'byTime',
      look: async () => new Map([[all, await this.read()]]),
    });
  }

  /** Called when another node changed them. */
  forget(): void {
    this.recent.drop([all]);
  }

  /** The same list as long as nothing changed. */
  async current(): Promise<Watchword[]> {
    return this.known() ?? (await this.recent.getMany([all])).get(all) ?? [];
  }

  /** The same, where it is known without a look. */
  known(): Watchword[] | undefined {
    return this.recent.peek(all);
  }

  /** False when it is there already. */
  async add({ id, ...word }: Watchword): Promise<boolean> {
    const added = await this.addNew({ _id: id, ...word });
    if (added) this.forget();
    return added;
  }

  async remove(id: string): Promise<void> {
    await this.documents.deleteOne({ _id: id });
    this.forget();
  }

  async get(id: string): Promise<Watchword | null> {
    const found = await this.documents.findById(id).lean<WatchwordDocument>();
    return found && toWatchword(found);
  }

  count(kind: view.WatchwordKind): Promise<number> {
    return this.documents.countDocuments({ kind });
  }

  async page(
    kind: view.WatchwordKind | undefined,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Watchword[]> {
    const found = await this.documents
      .find({ ...(kind ? { kind } : {}), ...behind(newestFirst, atTime(after)) })
      .sort(newestFirst)
      .limit(limit)
      .lean<WatchwordDocument[]>();
    return found.map(toWatchword);
  }

  /** Reads the ids alone while these are the same: a word is never changed, and whoever has the list made much of it. */
  private async read(): Promise<Watchword[]> {
    const byId = { _id: 1 } as const;
    const ids = await this.documents.find({}, byId).sort(byId).lean<{ _id: string }[]>();
    const same =
      ids.length === this.last.length && ids.every(({ _id }, at) => _id === this.last[at]!.id);
    if (same) return this.last;
    const found = await this.documents.find().sort(byId).lean<WatchwordDocument[]>();
    this.last = found.map(toWatchword);
    return this.last;
  }
}

const toWatchword = ({ _id: id, ...word }: WatchwordDocument): Watchword => ({ id, ...word });
