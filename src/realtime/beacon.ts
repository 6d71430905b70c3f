import type { GatewayContext } from '../context.js';
import type { Presence } from './presence.js';
import type { LiveSessions } from './sessions.js';

/** Each look begins this much before the last one, since projections and clocks lag. */
const overlapMs = 10_000;
/** The most people in one query. */
const peopleAtOnce = 200;
/** After an outage everybody is looked at within this time: all at once would cause the next outage. */
const afterOutageMs = 3_000;

interface Change {
  userId: string;
  conversationId: string;
  lastSeq: number;
  lastAt: Date;
}

/** Says what changed in people's conversations. Slices above implement it. */
export interface InboxReader {
  /** What changed for any of these people since then. */
  changedForAny(userIds: readonly string[], since: Date): Promise<Change[]>;
}

/**
 * Tells every device of this node, now and then, how far its conversations are: nothing else tells a device that missed
 * an entry which another device of the same person received. A device that has it already does nothing.
 */
export class Beacon {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private deafSince = new Date();

  constructor(
    private readonly context: GatewayContext,
    private readonly deps: { inbox: InboxReader; presence: Presence; live: LiveSessions },
  ) {
    context.hearing.onChange((deaf) => {
      if (deaf) this.deafSince = new Date();
      else void this.lightSince(this.deafSince);
    });
  }

  start(): void {
    void this.goRound();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async goRound(): Promise<void> {
    // Everybody connected is looked at once in this time.
    const everyMs = this.context.config.reminderMs;
    let since = new Date();
    await this.pause(Math.random() * everyMs);
    while (!this.closed) {
      const started = new Date();
      const from = new Date(since.getTime() - overlapMs);
      // Only a new entry matters here; moved positions do not.
      await this.light(from, everyMs, (change) => change.lastAt >= from);
      since = started;
      await this.pause(Math.max(1_000, everyMs - (Date.now() - started.getTime())));
    }
  }

  /** Hints within a few seconds at everything that changed since a time when this node heard nothing. */
  private async lightSince(since: Date): Promise<void> {
    await this.light(new Date(since.getTime() - overlapMs), afterOutageMs, () => true);
  }

  /** Looks at everybody once, in parts spread over a time. */
  private async light(
    since: Date,
    spreadMs: number,
    isNews: (change: Change) => boolean,
  ): Promise<void> {
    const people = this.deps.presence.userIds;
    const parts = Math.ceil(people.length / peopleAtOnce);
    for (let part = 0; part < parts && !this.closed; part += 1) {
      if (parts > 1) await this.pause(((0.5 + Math.random()) * spreadMs) / parts / 2);
      const some = people.slice(part * peopleAtOnce, (part + 1) * peopleAtOnce);
      try {
        const changes = await this.deps.inbox.changedForAny(some, since);
        for (const change of changes) if (isNews(change)) this.hint(change, spreadMs);
      } catch (error) {
        this.context.log.warn({ reason: (error as Error).message }, 'the beacon reminded nobody');
      }
    }
  }

  private hint({ userId, conversationId, lastSeq }: Change, spreadMs: number): void {
    for (const socket of this.deps.live.of(userId)) {
      const tell = () => socket.emit('sync:hint', { conversationId, lastSeq });
      setTimeout(tell, Math.random() * Math.min(spreadMs, afterOutageMs)).unref();
      this.context.metrics.hints.inc();
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.timer = setTimeout(resolve, ms);
      this.timer.unref();
    });
  }
}
