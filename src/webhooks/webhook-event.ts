import type { view } from '../contract/index.js';
import type { Entry } from '../domain/entry.js';
import { actOf } from '../domain/act.js';
import { derivedId } from '../domain/ids.js';

/** The subject of an event. Its data is read when the event is sent, so that no content is stored twice. */
type WebhookSubject =
  | { kind: 'entry' }
  | { kind: 'deal'; dealId: string; version: number }
  | { kind: 'listing'; listingId: string }
  | { kind: 'report'; reportId: string };

/** An event that the team's own server is told. */
export interface WebhookEvent {
  /** Derived from what happened, so that reading the same act again makes the same event. */
  id: string;
  type: view.WebhookType;
  /** Events of one lane are sent one after another, by `order`; those of different lanes side by side. */
  lane: string;
  order: number;
  /** When it happened. */
  at: Date;
  conversationId?: string;
  seq?: number;
  subject: WebhookSubject;
}

/** The fields of an entry from which its events follow. */
export type EntryFacts = Pick<
  Entry,
  'conversationId' | 'seq' | 'kind' | 'act' | 'clientMessageId' | 'createdAt'
> & { offer?: Partial<Pick<NonNullable<Entry['offer']>, 'act' | 'dealId'>> };

const written: readonly string[] = ['text', 'image', 'place'];
const changes: Partial<Record<string, view.WebhookType>> = {
  edit: 'message.updated',
  unsend: 'message.unsent',
};

/** The entry of an accepted offer also tells of the deal that it opens, so it has two events. */
const openingVersion = 1;

export function eventsOfEntry(entry: EntryFacts): WebhookEvent[] {
  const { conversationId, seq, kind, offer } = entry;
  const place = { lane: conversationId, at: entry.createdAt, conversationId, seq };
  const event = (type: view.WebhookType, nth: 0 | 1, subject: WebhookSubject): WebhookEvent => ({
    id: derivedId('webhook', type, conversationId, seq),
    type,
    ...place,
    order: 2 * seq + nth,
    subject,
  });
  if (written.includes(kind)) return [event('message.created', 0, { kind: 'entry' })];
  const change = changes[kind];
  if (change) return [event(change, 0, { kind: 'entry' })];
  if (kind === 'offer') {
    const told = [event('offer.updated', 0, { kind: 'entry' })];
    if (offer?.act === 'accepted' && offer.dealId !== undefined)
      told.push(
        event('deal.updated', 1, { kind: 'deal', dealId: offer.dealId, version: openingVersion }),
      );
    return told;
  }
  const act = actOf(entry);
  if (act?.kind !== 'deal') return [];
  return [event('deal.updated', 0, { kind: 'deal', dealId: act.id, version: act.version })];
}

export const eventOfListing = (listingId: string, version: number, at: Date): WebhookEvent => ({
  id: derivedId('webhook', 'listing', listingId, version),
  type: 'listing.updated',
  lane: `listing:${listingId}`,
  order: version,
  at,
  subject: { kind: 'listing', listingId },
});

export const eventOfReport = (reportId: string, userId: string, at: Date): WebhookEvent => ({
  id: derivedId('webhook', 'report', reportId),
  type: 'user.reported',
  lane: `user:${userId}`,
  order: at.getTime(),
  at,
  subject: { kind: 'report', reportId },
});
