import { Refusal } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { lru } from '../platform/lru.js';
import { RecentMean } from '../platform/recent-mean.js';
import type { Metrics } from '../metrics.js';
import type { Entry, EntryDraft } from '../domain/entry.js';
import { entryIdOf } from '../domain/entry-id.js';
import { contentHashOf } from './content-hash.js';
import type { MessageStore, Written } from './message.store.js';

/** What the log needs of its database. */
export type LogStore = Pick<MessageStore, 'insert' | 'lastSeq' | 'byClientId'>;

export interface Appended {
  entry: Entry;
  /** True when an entry with the same client message id was stored before; `entry` is that one. */
  duplicate: boolean;
}

const bounds = {
  /** Entries in one write; larger writes gain nothing and make all of their senders wait. */
  batchEntries: 250,
  batchBytes: 1024 * 1024,
  /** Of one conversation. */
  runEntries: 10,
  /**
   * An entry that has waited this long for a write is refused. While the database is away a write takes up to some nine
   * seconds, and nobody may wait for two of them: a request is answered within about 15 s.
   */
  waitMs: 5_000,
  /** While traffic is dense, a write begins no sooner than this after the one before: fuller batches, less CPU. */
  windowMs: 6,
  /** Traffic counts as dense when the last batch had so many entries; a single message is written at once. */
  denseFrom: 2,
  knownConversations: 200_000,
};

interface Pending {
  draft: EntryDraft;
  bytes: number;
  since: number;
  resolve: (appended: Appended) => void;
  reject: (error: unknown) => void;
}

/** The entries that wait for one conversation, without those in a write. */
interface ConversationQueue {
  conversationId: string;
  waiting: Pending[];
  lastSeq: number | undefined;
}

/** What a write takes of one conversation. */
interface Run {
  queue: ConversationQueue;
  entries: { pending: Pending; entry: Entry }[];
}

/**
 * Appends entries to the logs of conversations, many in one write (group commit).
 *
 * Promises: `append` resolves only after a majority has journaled the entry. The entries of a conversation are numbered
 * 1, 2, 3 … without a gap, in the order in which `append` was called on this node. The same client message id gives the
 * same entry.
 *
 * How: entries wait in a queue per conversation. A write takes a run from the head of each queue, numbered from `last + 1`
 * on. If another node took a number meanwhile, the unique index refuses the entry: the log reads the last number again and
 * puts the entry back to the head of its queue. Nothing overtakes it, since a write with several entries of a conversation
 * ends at the first that is refused. A counter document or INCR would leave gaps, and readers would see 10 before 9.
 */
export class MessageLog {
  private readonly queues = new Map<string, ConversationQueue>();
  private ready: ConversationQueue[] = [];
  private readonly known = lru<number>(bounds.knownConversations);
  private queuedEntries = 0;
  private queuedBytes = 0;
  private writing = false;
  private scheduled = false;
  private scheduledAt = 0;
  /** What a write takes, in ms, from when it is wanted to its end. */
  private readonly usualMs = new RecentMean();
  private lastEnd = 0;
  private lastSize = 0;
  /** The last write ended early; in the next each conversation has one entry, so that one refusal stops nobody else. */
  private endedEarly = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly deps: {
      store: LogStore;
      clock: Clock;
      metrics: Metrics;
      /** A sharded cluster would pass a write that may end early to one shard after another: entries go one by one there. */
      sharded: boolean;
      /** What may wait to be stored; beyond it `append` throws UNAVAILABLE at once instead of letting senders wait. */
      queue: {
        entries: number;
        bytes: number;
        /** How long a message may be expected to wait: {@link MessageLog.mustHaveRoom}. */
        waitMs: number;
      };
    },
  ) {}

  /**
   * Throws UNAVAILABLE when the queue is full, or when an entry of this conversation would wait for too long by what
   * the last writes took. Asked before anything was done for a message. What belongs to an act that is stored already
   * is appended without asking, since it cannot be put off.
   */
  mustHaveRoom(conversationId: string): void {
    if (this.isFull) throw tooMuch();
    const waitMs = this.waitMs(conversationId);
    if (waitMs > this.deps.queue.waitMs) throw tooMuch(waitMs);
  }

  /** How long an entry that is appended now will probably wait for its write to begin, in ms. */
  waitMs(conversationId: string): number {
    const ahead = this.queues.get(conversationId)?.waiting.length ?? 0;
    // The write that is under way does not count: after one slow write everybody would be put off.
    const waiting = this.queuedEntries - (this.writing ? this.lastSize : 0);
    const writes = Math.max(ahead / this.longestRun, waiting / bounds.batchEntries);
    return writes * this.usualMs.value;
  }

  private get longestRun(): number {
    return this.deps.sharded || this.endedEarly ? 1 : bounds.runEntries;
  }

  private get isFull(): boolean {
    const { queue } = this.deps;
    return this.queuedEntries >= queue.entries || this.queuedBytes >= queue.bytes;
  }

  /** Throws UNAVAILABLE (queue full, database away: repeat with the same id) or IDEMPOTENCY_CONFLICT. */
  append(draft: EntryDraft): Promise<Appended> {
    if (this.isFull) return Promise.reject(tooMuch());
    return new Promise((resolve, reject) => {
      const bytes =
        300 +
        (draft.text?.length ?? 0) * 3 +
        (draft.images?.length ?? 0) * 100 +
        (draft.offer ? 1_000 : 0);
      this.enqueue({ draft, bytes, since: Date.now(), resolve, reject });
    });
  }

  /** Resolves when nothing waits any more; called before the process ends. */
  drained(): Promise<void> {
    if (this.queues.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private enqueue(pending: Pending): void {
    this.queuedEntries += 1;
    this.queuedBytes += pending.bytes;
    const { conversationId } = pending.draft;
    const queue = this.queues.get(conversationId);
    if (queue) {
      queue.waiting.push(pending);
      return;
    }
    const fresh = { conversationId, waiting: [pending], lastSeq: this.known.get(conversationId) };
    this.queues.set(conversationId, fresh);
    this.advance(fresh);
  }

  /** Takes the next step with a queue that is in no write: drops it, reads its last number, or makes it ready. */
  private advance(queue: ConversationQueue): void {
    // Where its end is known it is looked at when a batch is taken.
    if (queue.lastSeq === undefined) this.refuseLate(queue, oldestToTake());
    if (queue.waiting.length === 0) {
      this.queues.delete(queue.conversationId);
      if (this.queues.size === 0) for (const done of this.idle.splice(0)) done();
    } else if (queue.lastSeq === undefined) {
      void this.locate(queue);
    } else {
      this.ready.push(queue);
      this.schedule();
    }
  }

  private refuseLate({ waiting }: ConversationQueue, oldest: number): void {
    while (waiting[0] && waiting[0].since < oldest)
      this.fail(waiting.shift()!, unavailable('Storing takes too long'));
  }

  private async locate(queue: ConversationQueue): Promise<void> {
    try {
      queue.lastSeq = await this.deps.store.lastSeq(queue.conversationId);
    } catch (error) {
      for (const pending of queue.waiting.splice(0)) this.fail(pending, error);
    }
    this.advance(queue);
  }

  private schedule(): void {
    if (this.writing || this.scheduled || this.ready.length === 0) return;
    this.scheduled = true;
    this.scheduledAt = performance.now();
    const run = () => {
      this.scheduled = false;
      void this.write();
    };
    const wait =
      this.lastSize >= bounds.denseFrom ? this.lastEnd + bounds.windowMs - performance.now() : 0;
    // A single message is written as soon as the input that arrived with it has been read.
    if (wait > 0) setTimeout(run, wait);
    else setImmediate(run);
  }

  private async write(): Promise<void> {
    const batch = this.takeBatch();
    if (batch.length === 0) return;
    this.writing = true;
    const entries = batch.flatMap((run) => run.entries.map(({ entry }) => entry));
    this.lastSize = entries.length;
    this.deps.metrics.batchSize.observe(entries.length);
    try {
      const written = await this.deps.store.insert(entries);
      this.usualMs.note(performance.now() - this.scheduledAt);
      this.endedEarly = written.tried < entries.length;
      let from = 0;
      for (const run of batch) {
        this.settle(run, from, written);
        from += run.entries.length;
      }
    } catch (error) {
      for (const { queue, entries: failed } of batch) {
        this.forget(queue);
        for (const { pending } of failed) this.fail(pending, error);
        this.advance(queue);
      }
    } finally {
      this.writing = false;
      this.lastEnd = performance.now();
      this.schedule();
    }
  }

  private takeBatch(): Run[] {
    const batch: Run[] = [];
    const oldest = oldestToTake();
    let [size, bytes, used] = [0, 0, 0];
    for (const queue of this.ready) {
      const room = bounds.batchEntries - size;
      if (room <= 0 || bytes >= bounds.batchBytes) break;
      used += 1;
      this.refuseLate(queue, oldest);
      const run = queue.waiting.splice(0, Math.min(this.longestRun, room));
      if (run.length === 0) {
        queueMicrotask(() => this.advance(queue));
        continue;
      }
      for (const { bytes: more, since } of run) {
        this.deps.metrics.appendWaitSeconds.observe((Date.now() - since) / 1_000);
        bytes += more;
      }
      size += run.length;
      batch.push({ queue, entries: this.numbered(queue, run) });
    }
    this.ready.splice(0, used);
    return batch;
  }

  private numbered({ lastSeq = 0 }: ConversationQueue, run: Pending[]): Run['entries'] {
    return run.map((pending, index) => {
      const { draft } = pending;
      const { conversationId } = draft;
      const place = { conversationId, seq: lastSeq + 1 + index, createdAt: this.deps.clock() };
      const entry: Entry = { ...draft, ...place, id: entryIdOf(place), state: 'active' };
      return { pending, entry };
    });
  }

  /** Of a run that was at `from` in the write, first come those that are stored, then those that are not. */
  private settle({ queue, entries }: Run, from: number, { taken, tried, repeated }: Written): void {
    const left = [...entries];
    let at = from;
    for (; left.length > 0 && at < tried && !taken.has(at); at += 1)
      this.settleStored(queue, left.shift()!);
    if (at < tried && left.length > 0) {
      void this.settleTaken(queue, left, tried - at, repeated);
      return;
    }
    queue.waiting.unshift(...left.map(({ pending }) => pending));
    this.advance(queue);
  }

  private settleStored(queue: ConversationQueue, { pending, entry }: Run['entries'][0]): void {
    queue.lastSeq = entry.seq;
    this.known.set(queue.conversationId, entry.seq);
    this.deps.metrics.appendSeconds.observe((Date.now() - pending.since) / 1_000);
    this.succeed(pending, { entry, duplicate: false });
  }

  /**
   * Of the first `refused` of these each is a repeat, which gets the first entry, or its number was taken, and it is tried
   * again with the next; those behind them wait meanwhile. `repeated`: an entry may have taken its own place.
   */
  private async settleTaken(
    queue: ConversationQueue,
    run: Run['entries'],
    refused: number,
    repeated: boolean,
  ): Promise<void> {
    this.forget(queue);
    const again: Pending[] = [];
    for (const [index, { pending, entry }] of run.entries())
      if (index >= refused || !(await this.isSettled(pending, repeated ? entry.id : undefined)))
        again.push(pending);
    queue.waiting.unshift(...again);
    this.advance(queue);
  }

  /** Whether the entry is a repeat, and so answered; `triedAs`: the id under which it may be stored by its own first try. */
  private async isSettled(pending: Pending, triedAs: string | undefined): Promise<boolean> {
    const { draft } = pending;
    const { conversationId, senderId, clientMessageId } = draft;
    try {
      const original = await this.deps.store.byClientId(conversationId, senderId, clientMessageId);
      if (!original) {
        this.deps.metrics.logConflicts.inc();
        return false;
      }
      if (contentHashOf(original) !== contentHashOf(draft))
        throw new Refusal('IDEMPOTENCY_CONFLICT');
      // Two nodes that try the same in one millisecond make the same id.
      this.succeed(pending, { entry: original, duplicate: original.id !== triedAs });
    } catch (error) {
      this.fail(pending, error);
    }
    return true;
  }

  /** The last number is in doubt: it is read again before the next write. */
  private forget(queue: ConversationQueue): void {
    queue.lastSeq = undefined;
    this.known.delete(queue.conversationId);
  }

  private succeed(pending: Pending, appended: Appended): void {
    this.leave(pending);
    pending.resolve(appended);
  }

  private fail(pending: Pending, error: unknown): void {
    this.leave(pending);
    pending.reject(error);
  }

  private leave(pending: Pending): void {
    this.queuedEntries -= 1;
    this.queuedBytes -= pending.bytes;
  }
}

/** What came before this moment has waited for too long. */
const oldestToTake = (): number => Date.now() - bounds.waitMs;

const unavailable = (message: string, retryAfterMs = 500) =>
  new Refusal('UNAVAILABLE', message, { retryAfterMs });

const tooMuch = (waitMs?: number) => unavailable('Too much is waiting to be stored', waitMs);
