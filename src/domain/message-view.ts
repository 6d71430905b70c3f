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

const present = (entry: Entry): view.Message => ({
  id: entry.id,
  conversationId: entry.conversationId,
  seq: entry.seq,
  senderId: entry.senderId,
  kind: entry.kind,
  ...(entry.text === undefined ? {} : { text: entry.text }),
  ...(entry.images === undefined ? {} : { images: entry.images.map(presentImage) }),
  ...(entry.place === undefined ? {} : { place: entry.place }),
  ...(entry.offer === undefined ? {} : { offer: entry.offer }),
  ...(entry.appointment === undefined ? {} : { appointment: entry.appointment }),
  ...(entry.notice === undefined ? {} : { notice: entry.notice }),
  ...(entry.onlyFor === undefined ? {} : { aside: true }),
  ...(entry.replyToSeq === undefined ? {} : { replyToSeq: entry.replyToSeq }),
  ...(entry.targetSeq === undefined ? {} : { targetSeq: entry.targetSeq }),
  state: entry.state,
  ...(entry.editedAt === undefined ? {} : { editedAt: entry.editedAt.toISOString() }),
  ...fallbacksOf(entry),
  createdAt: entry.createdAt.toISOString(),
});
