import { Refusal } from '../../src/contract/index.js';
import type { Conversations, RowPositions } from '../../src/conversations/index.js';
import type { Conversation } from '../../src/domain/conversation.js';
import { isShown } from '../../src/domain/entry.js';
import type { Logger } from '../../src/platform/logger.js';
import { asUnavailable } from '../../src/platform/mongo.js';
import type { EntryHead } from './log.store.js';

interface Deps extends Pick<
  Conversations,
  'messages' | 'inbox' | 'applyChange' | 'keepImages' | 'count' | 'warn'
> {
  log: Logger;
}

/** Finishes the projections of entries whose own process died first. Rejects only when a dependency is away. */
export class Repair {
  constructor(private readonly deps: Deps) {}

  /** True when a row has not come as far as the entry. A row that does not exist is not behind. */
  lags(entry: EntryHead, row: RowPositions | undefined): boolean {
    return row !== undefined && (isShown(entry) ? row.shownSeq : row.lastSeq) < entry.seq;
  }

  /** Moves the inbox rows of both people up to these entries. */
  async project(entries: EntryHead[], conversations: Map<string, Conversation>): Promise<void> {
    await this.deps.inbox.project(
      entries.map((entry) => ({
        people: conversations.get(entry.conversationId)?.people ?? [],
        entry,
      })),
    );
  }

  /** True when an entry has effects beside the inbox rows. */
  hasEffects(entry: EntryHead): boolean {
    return (
      !isShown(entry) || entry.kind === 'image' || entry.seq === 1 || entry.cautions !== undefined
    );
  }

  /**
   * Brings the targets of edits and unsends up to date, keeps images of messages, counts new conversations, and warns of
   * what an entry says.
   */
  async applyEffects(entries: EntryHead[]): Promise<void> {
    for (const entry of entries) await this.applyOne(entry);
  }

  /** A projection that can never be applied is logged and skipped, since the log is the truth. */
  private async applyOne({ conversationId, seq }: EntryHead): Promise<void> {
    try {
      const entry = await this.deps.messages.bySeq(conversationId, seq);
      if (entry?.seq === 1) await this.deps.count(entry);
      if (entry?.cautions) await this.deps.warn(entry);
      if (entry?.kind === 'image') await this.deps.keepImages(entry);
      else if (entry) await this.deps.applyChange(entry);
    } catch (error) {
      if (asUnavailable(error) instanceof Refusal) throw error;
      this.deps.log.error(
        { conversationId, seq, reason: (error as Error).message },
        'what follows from an entry was not done',
      );
    }
  }
}
