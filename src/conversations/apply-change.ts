import type { Entry } from '../domain/entry.js';
import type { ConversationContext } from './conversation-context.js';

/** The entry of an edit or unsend and its target, both as they are now. */
interface AppliedChange {
  change: Entry;
  target: Entry | null;
}

/**
 * Brings the target of an edit or unsend up to date. The command does it before it answers, and the relay does it again
 * in case the command died. It may run any number of times, in any order and on any node, with the same result: of
 * several edits the one with the highest `seq` counts; an unsend is final, before or after any edit, and also removes
 * the text of the edits. Before it removes content it stores a copy for moderators and withdraws the images, so after a
 * crash in between the relay repeats the work and nothing is forgotten.
 */
export async function applyChange(
  chat: ConversationContext,
  change: Entry,
): Promise<AppliedChange> {
  const { conversationId, targetSeq } = change;
  const target =
    targetSeq === undefined ? null : await chat.messages.bySeq(conversationId, targetSeq);
  if (!target) return { change, target };
  const applied = await (change.kind === 'unsend' ? unsend(target) : edit(target));
  if (applied.target && isOther(target, applied.target)) await touchRows();
  return applied;

  /** Who has read the entry as it was since the change was written would not learn by the log that it is another now. */
  async function touchRows(): Promise<void> {
    const conversation = await chat.conversations.get(conversationId);
    const people = conversation?.people ?? [];
    await chat.inbox.touch(people.map((userId) => ({ userId, conversationId })));
  }

  async function edit(before: Entry): Promise<AppliedChange> {
    if (before.state === 'active') await chat.originals.keep([before], chat.clock());
    const edited = await chat.messages.applyEdit(before, change);
    if (edited) return { change, target: edited };
    // The target was taken back, perhaps a moment ago, so the text of the edit must not stay either.
    const { conversationId: id, seq } = before;
    await strip(id, [change.seq]);
    const [now, entry] = await Promise.all([
      chat.messages.bySeq(id, seq),
      chat.messages.bySeq(id, change.seq),
    ]);
    return { change: entry ?? change, target: now };
  }

  async function unsend(before: Entry): Promise<AppliedChange> {
    if (before.state === 'active') await chat.originals.keep([before], chat.clock());
    if (before.images) await chat.images.withdraw(before.images.map(({ id }) => id));
    const unsent = await chat.messages.applyUnsend(before, change);
    await strip(before.conversationId, unsent?.edits ?? []);
    return { change, target: unsent };
  }

  async function strip(id: string, seqs: number[]): Promise<void> {
    const edits = await chat.messages.bySeqs(seqs.map((seq) => ({ conversationId: id, seq })));
    const speaking = edits.filter(({ text }) => text !== undefined);
    await chat.originals.keep(speaking, chat.clock());
    await chat.messages.strip(speaking);
  }
}

const isOther = (before: Entry, after: Entry): boolean =>
  before.state !== after.state ||
  before.text !== after.text ||
  before.editedAt?.getTime() !== after.editedAt?.getTime();
