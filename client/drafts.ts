import type { Place } from './contract-types.js';
import type { Upload } from './shrink-image.js';

/**
 * What can be sent: words, pictures, or a place; the latter two with a caption. `imageIds` are uploaded already; the outbox
 * uploads the `photos` before it sends the message, those of them aside that are named by their id.
 */
export type Draft =
  | { readonly text: string }
  | { readonly imageIds: readonly string[]; readonly text?: string }
  | { readonly photos: readonly (Upload | string)[]; readonly text?: string }
  | { readonly place: Place; readonly text?: string };

export interface SendOptions {
  /** The earlier entry of the conversation that this answers. */
  replyToSeq?: number;
}

/** A message as the server takes it, without the ids of intent and conversation. */
export interface DraftFields {
  readonly kind: 'text' | 'image' | 'place';
  readonly text?: string;
  readonly imageIds?: readonly string[];
  /** Pictures that are yet to be uploaded, and the ids of those that are. */
  readonly photos?: readonly (Upload | string)[];
  readonly place?: Place;
  readonly replyToSeq?: number;
}

/** Leaves out missing fields: the server refuses unknown ones, and some transports send undefined ones. */
export function fieldsOf(draft: Draft, { replyToSeq }: SendOptions = {}): DraftFields {
  const rest = {
    ...(draft.text ? { text: draft.text } : {}),
    ...(replyToSeq ? { replyToSeq } : {}),
  };
  if ('imageIds' in draft) return { kind: 'image', imageIds: [...draft.imageIds], ...rest };
  if ('photos' in draft) return { kind: 'image', photos: [...draft.photos], ...rest };
  if ('place' in draft) return { kind: 'place', place: draft.place, ...rest };
  return { kind: 'text', text: draft.text, ...rest };
}
