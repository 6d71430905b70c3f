import { hash } from 'node:crypto';
import type { view } from '../contract/index.js';
import type { EntryDraft } from '../domain/entry.js';

/** Hash of what the sender said, without what the server added or masked. Texts and offers are hashed as in the oldest logs. */
export function contentHashOf(draft: EntryDraft): string {
  if (draft.contentHash !== undefined) return draft.contentHash;
  const said: unknown[] = [draft.kind, draft.text ?? null, draft.offer ?? null];
  const { images, place, notice, replyToSeq, targetSeq, appointment } = draft;
  if (images ?? place ?? notice ?? replyToSeq ?? targetSeq ?? appointment)
    said.push(
      images?.map(({ id }) => id) ?? null,
      place ? [place.latitude, place.longitude, place.name ?? null] : null,
      notice ? saidOf(notice) : null,
      replyToSeq ?? null,
      targetSeq ?? null,
      ...(appointment ? [appointment] : []),
    );
  return hash('sha256', JSON.stringify(said), 'base64url').slice(0, 22);
}

/** Notices with newer fields are hashed whole; those without are hashed as in the oldest logs. */
function saidOf({ type, userId, ...more }: view.Notice): unknown[] {
  const { offerId, dealId, reason, at } = more;
  const first = [type, userId ?? null];
  return (offerId ?? dealId ?? reason ?? at)
    ? [...first, offerId ?? null, dealId ?? null, reason ?? null, at ?? null]
    : first;
}
