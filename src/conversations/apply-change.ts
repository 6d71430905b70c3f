import type { Clock } from '../platform/clock.js';
import type { Entry } from '../domain/entry.js';
import type { WithdrawImages } from './image-shelf.js';
import type { MessageStore } from './message.store.js';
import type { OriginalStore } from './original.store.js';

/** The entry of an edit or unsend and its target, both as they are now. */
export interface AppliedChange {
  change: Entry;
  target: Entry | null;
}

export type ApplyChange = (change: Entry) => Promise<AppliedChange>;

/**
 * Brings the target of an edit or unsend up to date. The command does it before it answers, and the relay does it again
 * in case the command died. It may run any number of times, in any order and on any node, with the same result: of
 * several edits the one with the highest `seq` counts; an unsend is final, before or after any edit, and also removes
 * the text of the edits. Before it removes content it stores a copy for moderators and withdraws the images, so after a
 * crash in between the relay repeats the work and nothing is forgotten.
 */
export const createApplyChange =
  (deps: {
    messages: MessageStore;
    originals: OriginalStore;
    withdrawImages: WithdrawImages;
    clock: Clock;
  }): ApplyChange =>
  async (change) => {
    const { conversationId, targetSeq } = change;
    const target =
      targetSeq === undefined ? null : await deps.messages.bySeq(conversationId, targetSeq);
    if (!target) return { change, target };
    return change.kind === 'unsend' ? unsend(target) : edit(target);

    async function edit(before: Entry): Promise<AppliedChange> {
      if (before.state === 'active') await deps.originals.keep([before], deps.clock());
      const edited = await deps.messages.applyEdit(before, change);
      if (edited) return { change, target: edited };
      // The target was taken back, perhaps a moment ago, so the text of the edit must not stay either.
      const { conversationId: id, seq } = before;
      await strip(id, [change.seq]);
      const [now, entry] = await Promise.all([
        deps.messages.bySeq(id, seq),
        deps.messages.bySeq(id, change.seq),
      ]);
      return { change: entry ?? change, target: now };
    }

    async function unsend(before: Entry): Promise<AppliedChange> {
      if (before.state === 'active') await deps.originals.keep([before], deps.clock());
      if (before.images) await deps.withdrawImages(before.images.map(({ id }) => id));
      const unsent = await deps.messages.applyUnsend(before, change);
      await strip(before.conversationId, unsent?.edits ?? []);
      return { change, target: unsent };
    }

    async function strip(id: string, seqs: number[]): Promise<void> {
      const edits = await deps.messages.bySeqs(seqs.map((seq) => ({ conversationId: id, seq })));
      const speaking = edits.filter(({ text }) => text !== undefined);
      await deps.originals.keep(speaking, deps.clock());
      await deps.messages.strip(speaking);
    }
  };
