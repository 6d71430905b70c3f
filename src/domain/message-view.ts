import type { view } from '../contract/index.js';
import type { Entry } from './entry.js';
import { fallbacksOf } from './fallback-text.js';
import { presentImage } from './image.js';

/**
 * An entry as every device of the reader sees it; null: nobody in particular. The two see the same, unless the entry is
 * for one of them only: to the other it is an unsend of itself, which takes its place in the log and draws nothing in
 * any client.
 */
export const presentMessage = (entry: Entry, readerId: string | null): view.Message =>
  entry.onlyFor === undefined || entry.onlyFor === readerId
    ? present(entry)
    : present({ ...nothingOf(entry), kind: 'unsend', targetSeq: entry.seq, state: 'unsent' });

function nothingOf({ notice: _, onlyFor: __, ...entry }: Entry): Entry {
  return entry;
}

/** All of them have the same fields, which is quick; JSON leaves out what is undefined. */
function present(entry: Entry): view.Message {
  const { fallbackText, fallbackTexts } = fallbacksOf(entry);
  return {
    id: entry.id,
    conversationId: entry.conversationId,
    seq: entry.seq,
    senderId: entry.senderId,
    kind: entry.kind,
    text: entry.text,
    images: entry.images?.map(presentImage),
    place: entry.place,
    offer: entry.offer,
    appointment: entry.appointment,
    notice: entry.notice,
    aside: entry.onlyFor === undefined ? undefined : true,
    replyToSeq: entry.replyToSeq,
    targetSeq: entry.targetSeq,
    state: entry.state,
    editedAt: entry.editedAt?.toISOString(),
    fallbackText,
    fallbackTexts,
    createdAt: entry.createdAt.toISOString(),
  };
}
