import { hash } from 'node:crypto';
import type { view } from '../contract/index.js';
import type { EntryDraft } from '../domain/entry.js';

/** Of what the sender said, and nothing that the server added. Plain texts and offers keep the form of the first logs. */
export function contentHashOf(draft: EntryDraft): string {
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

/** Of a notice with more than the first ones had, all of it; those keep the form that the first logs gave them. */
function saidOf({ type, userId, ...more }: view.Notice): unknown[] {
  const { offerId, dealId, reason, at } = more;
  const first = [type, userId ?? null];
  return (offerId ?? dealId ?? reason ?? at)
    ? [...first, offerId ?? null, dealId ?? null, reason ?? null, at ?? null]
    : first;
}
