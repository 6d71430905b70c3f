import type { view } from '../contract/index.js';
import type { StoredImage } from './image.js';
import type { Caution } from './lures.js';

/** The offer as one act left it. Stored as it was said: an entry of the log never changes. */
export type OfferEntry = view.OfferInMessage;

/** An act of an offer or a deal, by the version that it made. */
export interface ToldAct {
  kind: 'offer' | 'deal';
  id: string;
  version: number;
}

/** Something that somebody (or the system: `senderId` null) wants to append to the log of a conversation. */
export interface EntryDraft {
  /** W3C `traceparent` of its sending, where that is traced; nobody is shown it. */
  trace?: string;
  conversationId: string;
  senderId: string | null;
  /** Unique per conversation and sender: the same intent, sent again, is the same entry. */
  clientMessageId: string;
  kind: view.MessageKind;
  text?: string;
  images?: StoredImage[];
  place?: view.Place;
  offer?: OfferEntry;
  /** What it tells of; read by {@link actOf}, since the first logs have no such field. */
  act?: ToldAct;
  /** The appointment as one act left it. */
  appointment?: view.AppointmentInMessage;
  notice?: view.Notice;
  /** Told to this one of the two people only; the other sees that it is not for them. */
  onlyFor?: string;
  /** What the other side is warned of; each is a notice of its own behind this entry. */
  cautions?: Caution[];
  /** Hash of what was sent, where something of it is not stored: see `content-hash.ts`. */
  contentHash?: string;
  /** The earlier entry that this one answers. */
  replyToSeq?: number;
  /** The entry that an edit or unsend is about. */
  targetSeq?: number;
}

/** One entry of the log. `seq` is 1, 2, 3 … within its conversation, without a hole. */
export interface Entry extends EntryDraft {
  id: string;
  seq: number;
  state: 'active' | 'edited' | 'unsent';
  createdAt: Date;
  /** What follows is a projection of the edits and unsends of this entry: see `apply-change.ts`. */
  editedAt?: Date;
  /** The edit whose text it shows … */
  editSeq?: number;
  /** … all edits of it that were applied, the overtaken ones too … */
  edits?: number[];
  /** … and the entry that took it back. */
  unsendSeq?: number;
}

/** Kinds that count as unread when the other side wrote them. */
export const countedKinds: readonly view.MessageKind[] = [
  'text',
  'image',
  'place',
  'offer',
  'appointment',
];

/** Whether it counts as unread for who has read up to `readSeq`; `fromId`: the other side. */
export const isUnread = (
  { seq, senderId, kind, state }: Pick<Entry, 'seq' | 'senderId' | 'kind'> & Partial<Entry>,
  fromId: string,
  readSeq: number,
): boolean =>
  seq > readSeq && senderId === fromId && state !== 'unsent' && countedKinds.includes(kind);

/**
 * True for what stands in the conversation by itself; an edit or unsend only changes what stands there, and what is told
 * to one side only is no news of the conversation.
 */
export const isShown = ({ kind, onlyFor }: Pick<EntryDraft, 'kind' | 'onlyFor'>): boolean =>
  kind !== 'edit' && kind !== 'unsend' && onlyFor === undefined;
