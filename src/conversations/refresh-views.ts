import type { Conversation } from '../domain/conversation.js';
import type { ConversationContext } from './conversation-context.js';
import { presentToReaders } from './conversation.presenter.js';
import type { Reader } from './inbox.store.js';

/** Conversations that are marked, read and told in one step. */
const atOnce = 100;
/**
 * Conversations of which one person is told live; the others come with the next sync. Only the owner of the listing or
 * the name has more, and a socket that is sent everything at once is cut off for its backlog.
 */
const toldLive = 100;

/** What conversations show besides their entries. */
export type Subject = 'listing' | 'person';

/**
 * Shows changes of a listing or a person in conversations: marks the rows as changed, so that a sync finds them, and
 * tells who is connected. Readers are told nothing when they are kept apart from the person in question or when the
 * conversation was left. Works one by one, beside any answer; the timers do what a process leaves undone.
 */
export class RefreshViews {
  /** Changes that wait for their turn; a further change of the same thing meanwhile is told only once. */
  private readonly waiting = new Map<string, { subject: Subject; id: string }>();
  private running: Promise<void> | undefined;

  private readonly marks;

  constructor(private readonly chat: ConversationContext) {
    this.marks = { listing: chat.listings.marks, person: chat.users.marks };
  }

  /** Notes that something was written, or may have been. Returns at once. */
  note(subject: Subject, id: string): void {
    this.waiting.set(`${subject}:${id}`, { subject, id });
    this.running ??= this.run();
  }

  /** Resolves when everything noted is told; for the end of the process. */
  async drained(): Promise<void> {
    await this.running;
  }

  /** What may still have to be told by a time, the oldest first. */
  due(subject: Subject, until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    return this.marks[subject].due(until, limit);
  }

  /** False: nothing was left to tell. */
  async refresh(subject: Subject, id: string): Promise<boolean> {
    const { conversations, inbox } = this.chat;
    const mark = await this.marks[subject].of(id);
    if (mark === undefined) return false;
    // Other processes remember people for a minute, so they must forget this one before anybody is told.
    if (subject === 'person') this.chat.news.announce({ kind: 'profileChanged', userId: id });
    const ids =
      subject === 'listing'
        ? await conversations.idsOfListing(id)
        : await inbox.conversationIdsOf(id);
    for (let from = 0; from < ids.length; from += atOnce) {
      const some = await conversations.getMany(ids.slice(from, from + atOnce));
      await this.tell(subject, id, [...some.values()], from >= toldLive);
    }
    await this.marks[subject].clear(id, mark);
    return true;
  }

  private async run(): Promise<void> {
    for (const [key, { subject, id }] of this.waiting) {
      this.waiting.delete(key);
      try {
        await this.refresh(subject, id);
      } catch (error) {
        const reason = (error as Error).message;
        this.chat.log.warn(
          { subject, id, reason },
          'conversations do not show a change yet: a timer will refresh them',
        );
      }
    }
    // Runs without a pause after the last look, so that a note from now on starts another run.
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
    await this.chat.inbox.touch(readers);
    const owner = conversations[0] && ownerOf(conversations[0]);
    const live = readers.filter(({ userId }) => !(ownerHasEnough && userId === owner));
    const connected = await this.connected(live);
    for (const { userId, conversation } of await presentToReaders(this.chat, connected))
      this.chat.fanOut.toUser(userId, 'conversation:updated', conversation);
    if (subject === 'listing') await this.showListing(id, connected);
  }

  /** Shows the listing itself to those who talk about it. */
  private async showListing(id: string, readers: Reader[]): Promise<void> {
    const userIds = [...new Set(readers.map(({ userId }) => userId))];
    const views = await this.chat.showListing.toPeople(id, userIds);
    for (const [userId, shown] of views) this.chat.fanOut.toUser(userId, 'listing:updated', shown);
  }

  /** All readers when Redis is away, since those on this node are reached all the same. */
  private async connected(readers: Reader[]): Promise<Reader[]> {
    try {
      const nodes = await this.chat.presence.nodesOf([
        ...new Set(readers.map(({ userId }) => userId)),
      ]);
      return readers.filter(({ userId }) => (nodes.get(userId) ?? []).length > 0);
    } catch {
      return readers;
    }
  }
}
