import { documentOf } from '../../src/platform/bson.js';
import type { Logger } from '../../src/platform/logger.js';
import { Loop } from '../loop.js';
import type { StreamPlace, PlaceStore } from './place.store.js';
import type { Term } from './term.js';
import { UnderWay } from './under-way.js';

/** The part of a change stream that a relay uses. */
interface Stream<Change> {
  tryNext(): Promise<Change | null>;
  readonly resumeToken: unknown;
  close(): Promise<void>;
}

/** `wallTime`: when it was committed, by the database's clock; MongoDB before 6.0 does not say. */
export interface Commit {
  _id: unknown;
  wallTime?: Date;
}

/** A source of committed changes; a relay reads them piece by piece, in order. */
export interface Source<Change extends Commit, Piece extends { createdAt: Date }> {
  /** From a resume token on, or (null) from now on. */
  watch(resumeAfter: unknown): Stream<Change>;
  /** Undefined for a change that does not concern the relay. */
  pieceOf(change: Omit<Change, '_id'>): Piece | undefined;
  /**
   * Reads a change from its bytes, without the objects that the driver makes of each. Undefined for one that has to be
   * read as a document; so are all where this is left out.
   */
  readBytes?(bytes: Uint8Array): Omit<Change, '_id'> | undefined;
  /** Everything written since about a time, oldest first, for a relay that has lost its place. */
  since(time: Date): AsyncIterable<Piece>;
}

interface Deps<Change extends Commit, Piece extends { createdAt: Date }> {
  log: Source<Change, Piece>;
  places: PlaceStore;
  /** Asked before a stream is opened: the log may have been replaced while there was none. */
  life: { mustGoOn(): Promise<void> };
  term: Term;
  /** Calls `done` when nothing is left to do for the piece, and tries until it is so. */
  see: (piece: Piece, done: () => void) => void;
  logger: Logger;
}

/** Milliseconds between two writes of the place while there is work … */
const savePlaceMs = 1_000;
/** … and while there is none: a place that does not move would in time be older than the oplog. */
const saveIdlePlaceMs = 10_000;
const reconnectMs = 1_000;
/** The stream is read this far apart: nobody is told earlier than two seconds after a write, and a wake-up costs more than an entry. */
const readEachMs = 150;
/** What comes into the database so long after it was written was restored from a backup: it is no news. */
const restoredAfterMs = 15 * 60_000;
/** Pieces read at once; the place moves over all of them together. */
const gulp = 1_000;
/** Pieces under way at most: twelve seconds of 8,000 entries a second. With more, the stream is not read on. */
const underWayMax = 100_000;
/** MongoDB's codes for a resume token that is too old (ChangeStreamHistoryLost) or unusable (280, 260): the place is lost. */
const lostCodes = new Set([286, 280, 260, 9, 15, 50_811, 50_816]);

/**
 * Reads everything as it is committed and has the work for each piece done. The write itself is the event, so there is no
 * second write that could be lost. The place in the stream is stored, and moves only over pieces whose work is done: a
 * new start repeats some work and skips none.
 */
export class Relay<Change extends Commit, Piece extends { createdAt: Date }> extends Loop {
  private readonly under = new UnderWay();
  private stream: Stream<Change> | undefined;
  /** How far the stream was read; undefined before the place is claimed. */
  private read: StreamPlace | undefined;
  private saver: NodeJS.Timeout | undefined;
  private saving: Promise<void> | undefined;
  private savedAt = -Infinity;

  constructor(private readonly deps: Deps<Change, Piece>) {
    super();
  }

  override start(): void {
    super.start();
    this.saver = setInterval(() => void this.savePlace(), savePlaceMs);
  }

  /** Stops reading. Work that is under way goes on until its worker is stopped. */
  override async stop(): Promise<void> {
    clearInterval(this.saver);
    const stopped = super.stop();
    await this.closeStream();
    await stopped;
  }

  /** Stores the place behind everything that is done, if it moved. */
  async savePlace(): Promise<void> {
    // One write at a time, so that an earlier place never overwrites a later one.
    await this.saving;
    this.saving = this.writePlace();
    await this.saving;
  }

  protected override get goesOn(): boolean {
    return super.goesOn && this.deps.term.held;
  }

  protected async turn(): Promise<void> {
    try {
      if (!this.stream) await this.open();
      else if (this.under.size >= underWayMax) await this.pause(readEachMs);
      else await this.readOn(this.stream);
    } catch (error) {
      if (this.goesOn) await this.recover(error as Error & { code?: number });
    }
  }

  private async open(): Promise<void> {
    await this.deps.life.mustGoOn();
    this.read ??= (await this.deps.places.claim(this.deps.term.fence)) ?? undefined;
    if (!this.read) return this.deps.term.end();
    if (this.read.token === null) await this.scan(this.read.at);
    else this.stream = this.deps.log.watch(this.read.token);
  }

  private async readOn(stream: Stream<Change>): Promise<void> {
    const at = new Date();
    const pieces: Piece[] = [];
    // Waits at the server, for a second at most.
    const first = await stream.tryNext();
    const { log } = this.deps;
    for (const change of first ? [first, ...arrived(stream, gulp - 1, log)] : []) {
      const piece = log.pieceOf(change);
      if (piece && !isRestored(change, piece)) pieces.push(piece);
    }
    this.take(pieces, { token: stream.resumeToken ?? null, at });
    if (pieces.length > 0 && pieces.length < gulp) await this.pause(readEachMs);
  }

  private take(pieces: Piece[], place: StreamPlace): void {
    this.read = place;
    const done = this.under.add(place, pieces.length);
    for (const piece of pieces) this.deps.see(piece, done);
  }

  private async writePlace(): Promise<void> {
    const { places, term, logger } = this.deps;
    if (!term.held) return;
    const settled = this.under.settle();
    if (!settled) return;
    const fresh = performance.now() - this.savedAt < saveIdlePlaceMs;
    if (fresh && !settled.worked) return;
    try {
      if (!(await places.write(settled.place, term.fence))) term.end();
      this.savedAt = performance.now();
    } catch (error) {
      // At worst some work is repeated. The next place is written at once, even when the log is quiet.
      this.savedAt = -Infinity;
      logger.warn({ reason: (error as Error).message }, 'the place of the relay was not stored');
    }
  }

  private async recover(error: Error & { code?: number }): Promise<void> {
    await this.closeStream();
    if (this.read && lostCodes.has(error.code ?? 0)) {
      this.deps.logger.error(
        { since: this.read.at, reason: error.message },
        'the relay lost its place in the oplog and scans',
      );
      this.read = { token: null, at: this.read.at };
    } else this.deps.logger.warn({ reason: error.message }, 'the relay opens its stream again');
    await this.pause(reconnectMs);
  }

  private async closeStream(): Promise<void> {
    const { stream } = this;
    this.stream = undefined;
    await stream?.close().catch(() => undefined);
  }

  /** Without a token to go on from, the relay reads everything since the stored time from the log itself. */
  private async scan(since: Date): Promise<void> {
    const startedAt = new Date();
    // Opens the stream first, so that nothing is lost between the scan and the stream.
    const stream = this.deps.log.watch(null);
    try {
      const first = await stream.tryNext();
      const token = stream.resumeToken ?? null;
      let pieces: Piece[] = [];
      for await (const piece of this.deps.log.since(since)) {
        pieces.push(piece);
        if (pieces.length < gulp) continue;
        // While the scan goes on the place has no token, only a time.
        this.take(pieces, { token: null, at: piece.createdAt });
        pieces = [];
        while (this.goesOn && this.under.size >= underWayMax) await this.pause(readEachMs);
        if (!this.goesOn) return void (await stream.close());
      }
      const piece = first && this.deps.log.pieceOf(first);
      if (piece && !isRestored(first, piece)) pieces.push(piece);
      this.take(pieces, { token, at: startedAt });
      this.stream = stream;
    } catch (error) {
      await stream.close().catch(() => undefined);
      throw error;
    }
  }
}

const isRestored = (
  { wallTime }: Omit<Commit, '_id'>,
  { createdAt }: { createdAt: Date },
): boolean => wallTime !== undefined && wallTime.getTime() - createdAt.getTime() > restoredAfterMs;

/**
 * What the server sent together with the change that was read last. `tryNext` waits for four promises a change, also where
 * it is there already, and makes objects of all of it. As `tryNext` does, this has the cursor note the token of the last
 * one; where that was all, the stream then has the server's own, newer one.
 */
function arrived<Change extends Commit>(
  stream: object,
  most: number,
  log: Pick<Source<Change, never>, 'readBytes'>,
): Omit<Change, '_id'>[] {
  const { cursor } = stream as {
    cursor: {
      documents: { shift(options: { raw: true }): Uint8Array | null } | null;
      cacheResumeToken(token: unknown): void;
    };
  };
  const changes: Omit<Change, '_id'>[] = [];
  let last: Uint8Array | undefined;
  while (changes.length < most) {
    const bytes = cursor.documents?.shift({ raw: true });
    if (!bytes) break;
    last = bytes;
    changes.push(log.readBytes?.(bytes) ?? (documentOf(bytes) as Change));
  }
  if (last) cursor.cacheResumeToken((documentOf(last) as Commit)._id);
  return changes;
}
