import type { FanOut } from '../platform/fan-out.js';
import type { Logger } from '../platform/logger.js';
import type { PresenceReader } from '../platform/presence.js';
import type { RefreshMarks } from '../platform/refresh-marks.js';
import type { Conversation } from '../domain/conversation.js';
import type { PresentToReaders } from './conversation.presenter.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxStore, Reader } from './inbox.store.js';

/** Conversations of one step: so much is marked, read and told in one go. */
const atOnce = 100;
/**
 * Conversations of which a person is told live; the others come with the next sync. Only whose listing or name it is
 * has more, and a socket that is handed everything at once is cut for what waits.
 */
const toldLive = 100;

/** What conversations show beside what is said in them. */
export type Subject = 'listing' | 'person';

interface Deps {
  marks: Record<Subject, RefreshMarks>;
  conversations: ConversationStore;
  inbox: InboxStore;
  presentTo: PresentToReaders;
  presence: PresenceReader;
  fanOut: FanOut;
  /** Other processes remember people for a minute: they must forget this one before anybody is told. */
  forgetPerson: (userId: string) => void;
  log: Logger;
}

/**
 * Brings what conversations show of a listing or a person to those who see it: marks their rows as changed, so that a
 * sync finds them, and tells who is connected. Who is apart from whoever it is about, or whose conversation was left,
 * is told nothing. One after another, off the path of any answer; what a process leaves undone the timers do.
 */
export class RefreshViews {
  /** Changed and not begun: what changes again until then is told once. */
  private readonly waiting = new Map<string, { subject: Subject; id: string }>();
  private running: Promise<void> | undefined;

  constructor(private readonly deps: Deps) {}

  /** Something was written, or may have been. Returns at once. */
  note(subject: Subject, id: string): void {
    this.waiting.set(`${subject}:${id}`, { subject, id });
    this.running ??= this.run();
  }

  /** What was noted is told; for the way out. */
  async drained(): Promise<void> {
    await this.running;
  }

  /** Of what somebody may have to be told until a time, the oldest first. */
  due(subject: Subject, until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    return this.deps.marks[subject].due(until, limit);
  }

  /** False: everybody knows. */
  async refresh(subject: Subject, id: string): Promise<boolean> {
    const { marks, conversations, inbox } = this.deps;
    const mark = await marks[subject].of(id);
    if (mark === undefined) return false;
    if (subject === 'person') this.deps.forgetPerson(id);
    const ids =
      subject === 'listing'
        ? await conversations.idsOfListing(id)
        : await inbox.conversationIdsOf(id);
    for (let from = 0; from < ids.length; from += atOnce) {
      const some = await conversations.getMany(ids.slice(from, from + atOnce));
      await this.tell(subject, id, [...some.values()], from >= toldLive);
    }
    await marks[subject].clear(id, mark);
    return true;
  }

  private async run(): Promise<void> {
    for (const [key, { subject, id }] of this.waiting) {
      this.waiting.delete(key);
      try {
        await this.refresh(subject, id);
      } catch (error) {
        const reason = (error as Error).message;
        this.deps.log.warn({ subject, id, reason }, 'refresh left to the timers');
      }
    }
    // In the same breath as the last look: what is noted from now on starts another run.
    this.running = undefined;
  }

  private async tell(
    subject: Subject,
    id: string,
    conversations: Conversation[],
    ownerHasEnough: boolean,
  ): Promise<void> {
    const ownerOf = (one: Conversation) => (subject === 'person' ? id : one.sellerId);
    const readers = conversations.flatMap((one): Reader[] =>
      one.people
        .filter((userId) =>
          userId === ownerOf(one) ? one.leftAt(userId) === undefined : !one.closed,
        )
        .map((userId) => ({ userId, conversationId: one.id })),
    );
    await this.deps.inbox.touch(readers);
    const owner = conversations[0] && ownerOf(conversations[0]);
    const live = readers.filter(({ userId }) => !(ownerHasEnough && userId === owner));
    const connected = await this.connected(live);
    for (const { userId, shown } of await this.deps.presentTo(connected))
      this.deps.fanOut.toUser(userId, 'conversation:updated', shown);
  }

  /** All of them when Redis is away: who is on this node is reached all the same. */
  private async connected(readers: Reader[]): Promise<Reader[]> {
    try {
      const nodes = await this.deps.presence.nodesOf([
        ...new Set(readers.map(({ userId }) => userId)),
      ]);
      return readers.filter(({ userId }) => (nodes.get(userId) ?? []).length > 0);
    } catch {
      return readers;
    }
  }
}
