import type {
  Conversation,
  Entry,
  InboxStore,
  MessageStore,
} from '../../src/conversations/index.js';
import type { Logger } from '../../src/platform/logger.js';
import { asUnavailable } from '../../src/platform/mongo.js';
import { Refusal } from '../../src/contract/index.js';
import type { EntryHead } from './log.store.js';

interface Deps {
  messages: MessageStore;
  inbox: InboxStore;
  /** Brings the target of an edit or unsend up to date; doing it again changes nothing. */
  applyChange: (entry: Entry) => Promise<void>;
  log: Logger;
}

/**
 * Brings projections up to entries whose own process died before it did. Fails only when a dependency is away; what a
 * single entry refuses is said and left, for nothing believes a projection over the log.
 */
export class Repair {
  constructor(private readonly deps: Deps) {}

  /** Moves the inbox rows of both people up to these entries. */
  async project(heads: EntryHead[], conversations: Map<string, Conversation>): Promise<void> {
    const newest = new Map<string, EntryHead>();
    for (const head of heads) {
      const known = newest.get(head.conversationId);
      if (!known || known.seq < head.seq) newest.set(head.conversationId, head);
    }
    for (const head of newest.values())
      await this.guarded(head, async (entry) => {
        const people = conversations.get(entry.conversationId)?.people ?? [];
        await this.deps.inbox.project([{ people, entry }]);
      });
  }

  async applyChanges(heads: EntryHead[]): Promise<void> {
    for (const head of heads) await this.guarded(head, (entry) => this.deps.applyChange(entry));
  }

  private async guarded(
    { conversationId, seq }: EntryHead,
    act: (entry: Entry) => Promise<void>,
  ): Promise<void> {
    try {
      const entry = await this.deps.messages.bySeq(conversationId, seq);
      if (entry) await act(entry);
    } catch (error) {
      if (asUnavailable(error) instanceof Refusal) throw error;
      this.deps.log.error(
        { conversationId, seq, reason: (error as Error).message },
        'projection not repaired',
      );
    }
  }
}
