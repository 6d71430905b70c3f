import type { Entry, MessageStore } from '../../src/conversations/index.js';
import type { Logger } from '../../src/platform/logger.js';
import type { PlaceStore } from './place.store.js';

interface Deps {
  messages: MessageStore;
  places: PlaceStore;
  /** Resolves when nothing is left to do for the entry, and tries until it is so. */
  handle: (entry: Entry) => Promise<void>;
  log: Logger;
}

/** The place is written this often, also while nothing happens: a place that stands still falls off the oplog. */
const savePlaceMs = 1_000;
const idleSavesEach = 10;
const reconnectMs = 1_000;
/** Entries under way; above it the stream is not read on. Twelve seconds of 8,000 entries a second. */
const underWayMax = 100_000;
/** ChangeStreamHistoryLost, and tokens that the server cannot place (280, 260) or read: the place is gone. */
const lostCodes = new Set([286, 280, 260, 9, 15, 50_811, 50_816]);

/**
 * Reads every entry of the log as it is committed and sees to it that it reaches people: the write itself is the
 * event, so there is no second write that could be lost. The place in the stream is stored, and moves only over
 * entries whose work is done; starting again from it repeats work, and never leaves any out.
 */
export class Relay {
  private under: { token: unknown; done: boolean }[] = [];
  private stream: ReturnType<MessageStore['watch']> | undefined;
  private stopped = false;
  private running: Promise<void> | undefined;
  private saver: NodeJS.Timeout | undefined;
  private saves = 0;
  private roomFor: (() => void) | undefined;

  constructor(private readonly deps: Deps) {}

  /** Resolves when the stream is open: what is written from now on is seen. */
  async start(): Promise<void> {
    while (!(await this.opens()));
    this.running = this.run();
    this.saver = setInterval(() => void this.savePlace(), savePlaceMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.saver);
    this.roomFor?.();
    await this.stream?.close();
    await this.running;
    await this.savePlace();
  }

  private async opens(): Promise<boolean> {
    try {
      this.stream = this.deps.messages.watch((await this.deps.places.read())?.token);
      // The first reading opens the cursor; without a stored place, "from now on" begins here.
      const first = await this.stream.tryNext();
      if (first) this.take(first);
      return true;
    } catch (error) {
      if (this.stopped) return true;
      await this.recover(error as Error & { code?: number });
      // A scan leaves a stream of its own.
      return this.stream !== undefined;
    }
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (!this.stream && !(await this.opens())) continue;
      try {
        for await (const change of this.stream!) {
          this.take(change);
          if (this.under.length >= underWayMax) await this.room();
        }
      } catch (error) {
        if (!this.stopped) await this.recover(error as Error & { code?: number });
      }
    }
  }

  private take(change: object): void {
    const { _id: token, fullDocument } = change as {
      _id: unknown;
      fullDocument?: Omit<Entry, 'id'> & { _id: string };
    };
    if (!fullDocument) return;
    const { _id: id, ...rest } = fullDocument;
    this.see(token, { id, ...rest });
  }

  private see(token: unknown, entry: Entry): void {
    const item = { token, done: false };
    this.under.push(item);
    void this.deps.handle(entry).then(() => {
      item.done = true;
    });
  }

  private room(): Promise<void> {
    return new Promise((resolve) => (this.roomFor = resolve));
  }

  private async savePlace(): Promise<void> {
    let done = 0;
    while (this.under[done]?.done) done += 1;
    const token = this.under[done - 1]?.token;
    this.under.splice(0, done);
    if (this.under.length < underWayMax) this.roomFor?.();
    this.saves += 1;
    const idle = this.under.length === 0 && this.saves % idleSavesEach === 1;
    const place = token ?? (idle ? this.stream?.resumeToken : undefined);
    if (place === undefined || place === null) return;
    try {
      await this.deps.places.write(place);
    } catch (error) {
      // Work done twice, at worst.
      this.deps.log.warn({ reason: (error as Error).message }, 'place of the relay not stored');
    }
  }

  private async recover(error: Error & { code?: number }): Promise<void> {
    this.stream = undefined;
    if (lostCodes.has(error.code ?? 0)) await this.scan();
    else this.deps.log.warn({ reason: error.message }, 'the relay opens its stream again');
    await new Promise((resolve) => setTimeout(resolve, reconnectMs));
  }

  /** The oplog no longer holds the place: what was written since is read from the log itself. */
  private async scan(): Promise<void> {
    try {
      const place = await this.deps.places.read();
      this.deps.log.error({ since: place?.at }, 'the relay lost its place in the oplog and scans');
      // First a stream from now on, so that nothing falls between it and the scan.
      this.stream = this.deps.messages.watch(null);
      const first = await this.stream.tryNext();
      const from = this.stream.resumeToken;
      if (place)
        for await (const entry of this.deps.messages.since(place.at)) this.see(from, entry);
      if (first) this.take(first);
    } catch (error) {
      this.stream = undefined;
      this.deps.log.warn({ reason: (error as Error).message }, 'scan failed');
    }
  }
}
