import type { Entry, MessageStore } from '../../src/conversations/index.js';
import type { Logger } from '../../src/platform/logger.js';
import type { PlaceStore } from './place.store.js';

interface Deps {
  messages: MessageStore;
  places: PlaceStore;
  /** Resolves when nothing is left to do for the entry. */
  handle: (entry: Entry) => Promise<void>;
  log: Logger;
}

/** The token is written at most this often; what lies between is handled again after a death, which changes nothing. */
const savePlaceMs = 1_000;
const reconnectMs = 1_000;
/** ChangeStreamHistoryLost, and the token that is none: the place has fallen off the oplog. */
const lostCodes = new Set([286, 280, 260]);

/**
 * Reads every entry of the log as it is committed and sees to it that it reaches people: the write itself is the
 * event, so there is no second write that could be lost. The place in the stream is stored, and moves only over
 * entries whose work is done; starting again from it repeats work, and never leaves any out.
 */
export class Relay {
  private readonly under: { token: unknown; done: boolean }[] = [];
  private stream: ReturnType<MessageStore['watch']> | undefined;
  private stopped = false;
  private running: Promise<void> | undefined;
  private saver: NodeJS.Timeout | undefined;

  constructor(private readonly deps: Deps) {}

  /** Resolves when the stream is open: what is written from now on is seen. */
  async start(): Promise<void> {
    await this.open();
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.saver);
    await this.stream?.close();
    await this.running;
    await this.savePlace();
  }

  private async open(): Promise<void> {
    this.stream = this.deps.messages.watch(await this.deps.places.read());
    // The first reading opens the cursor; without a stored place, "from now on" begins here.
    await this.stream.tryNext().then((first) => first && this.take(first));
    if (this.under.length === 0 && this.stream.resumeToken)
      await this.deps.places.write(this.stream.resumeToken);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        if (!this.stream) await this.open();
        for await (const change of this.stream!) this.take(change);
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
    const item = { token, done: false };
    this.under.push(item);
    this.deps
      .handle({ id, ...rest })
      .catch((error: Error) => this.deps.log.error({ err: error }, 'entry not handled'))
      .finally(() => {
        item.done = true;
        if (!this.stopped)
          this.saver ??= setTimeout(
            () => void this.savePlace().catch(() => undefined),
            savePlaceMs,
          );
      });
  }

  private async savePlace(): Promise<void> {
    this.saver = undefined;
    let token: unknown;
    while (this.under[0]?.done) token = this.under.shift()!.token;
    if (token !== undefined) await this.deps.places.write(token);
  }

  private async recover(error: Error & { code?: number }): Promise<void> {
    this.stream = undefined;
    if (lostCodes.has(error.code ?? 0)) {
      this.deps.log.error('the relay lost its place in the oplog: entries since then get no push');
      await this.deps.places.forget();
    } else {
      this.deps.log.warn({ reason: error.message }, 'the relay opens its stream again');
    }
    await new Promise((resolve) => setTimeout(resolve, reconnectMs));
  }
}
