import { createHash } from 'node:crypto';
import type { view } from '../contract/index.js';

/** The offer as one act left it. Stored as it was said: an entry of the log never changes. */
export type OfferEntry = view.Offer & { act: view.OfferAct };

/** Something that somebody (or the system: `senderId` null) wants to append to the log of a conversation. */
export interface EntryDraft {
  conversationId: string;
  senderId: string | null;
  /** Unique per conversation and sender: the same intent, sent again, is the same entry. */
  clientMessageId: string;
  kind: view.MessageKind;
  text?: string;
  offer?: OfferEntry;
}

/** One entry of the log. `seq` is 1, 2, 3 … within its conversation, without a hole. */
export interface Entry extends EntryDraft {
  id: string;
  seq: number;
  state: 'active' | 'edited' | 'unsent';
  /** Tells a repeat from another message under the same client id. */
  contentHash: string;
  createdAt: Date;
}

export const contentHashOf = (draft: EntryDraft): string =>
  createHash('sha256')
    .update(JSON.stringify([draft.kind, draft.text ?? null, draft.offer ?? null]))
    .digest('base64url')
    .slice(0, 22);

/** Kinds that count as unread when the other side wrote them. */
export const countedKinds: readonly view.MessageKind[] = [
  'text',
  'image',
  'place',
  'offer',
  'appointment',
];
