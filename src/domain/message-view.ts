import type { view } from '../contract/index.js';
import type { Entry } from './entry.js';
import { fallbackOf } from './fallback-text.js';
import { presentImage } from './image.js';

/** An entry as every device of both people sees it. */
export const presentMessage = (entry: Entry): view.Message => ({
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
  ...(entry.replyToSeq === undefined ? {} : { replyToSeq: entry.replyToSeq }),
  ...(entry.targetSeq === undefined ? {} : { targetSeq: entry.targetSeq }),
  state: entry.state,
  ...(entry.editedAt === undefined ? {} : { editedAt: entry.editedAt.toISOString() }),
  fallbackText: fallbackOf(entry),
  createdAt: entry.createdAt.toISOString(),
});
