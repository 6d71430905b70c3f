import type { view, WebhookData } from '../contract/index.js';
import type { MessageStore } from '../conversations/index.js';
import type { Entry } from '../domain/entry.js';
import type { Deal } from '../domain/deal.js';
import { presentMessage } from '../domain/message-view.js';
import type { ListingStore, PresentListings } from '../listings/index.js';
import type { WebhookEvent } from './webhook-event.js';

/** Where bodies come from. Those of deals and reports are asked of slices that this one does not know. */
export interface BodySources {
  messages: MessageStore;
  deals: { getMany(ids: string[]): Promise<Map<string, Deal>> };
  /** As the act of its version left it. */
  presentDeal: (deal: Deal) => Promise<view.Deal>;
  listings: ListingStore;
  presentListings: PresentListings;
  reportsOf: (ids: string[]) => Promise<Map<string, WebhookData<'user.reported'>>>;
}

type Data = { [T in view.WebhookType]: WebhookData<T> }[view.WebhookType];

/**
 * The bodies of events by id, as they are sent now. They are read in bulk and never stored. An event whose subject no
 * longer exists has no body.
 */
export const createWebhookBodies =
  (deps: BodySources) =>
  async (events: WebhookEvent[]): Promise<Map<string, string>> => {
    const [entries, deals, listings, reports] = await Promise.all([
      entriesOf(deps, events),
      dealsOf(deps, events),
      listingsOf(deps, events),
      deps.reportsOf(
        events.flatMap(({ subject }) => (subject.kind === 'report' ? [subject.reportId] : [])),
      ),
    ]);
    const dataOf = ({ subject, type, conversationId, seq }: WebhookEvent): Data | undefined => {
      switch (subject.kind) {
        case 'entry': {
          const entry = entries.get(`${conversationId}:${seq}`);
          if (type === 'offer.updated') return entry?.offer && { offer: entry.offer };
          // An edit or an unsend tells of the message that it changed.
          if (entry?.targetSeq === undefined)
            return entry && { message: presentMessage(entry, null) };
          const target = entries.get(`${conversationId}:${entry.targetSeq}`);
          return target && { message: presentMessage(changedBy(entry, target), null) };
        }
        case 'deal': {
          const deal = deals.get(`${subject.dealId}:${subject.version}`);
          return deal && { deal };
        }
        case 'listing': {
          const listing = listings.get(subject.listingId);
          return listing && { listing };
        }
        case 'report':
          return reports.get(subject.reportId);
      }
    };
    const bodies = new Map<string, string>();
    for (const event of events) {
      const data = dataOf(event);
      if (data) bodies.set(event.id, bodyOf(event, data));
    }
    return bodies;
  };

const bodyOf = ({ type, at, conversationId, seq }: WebhookEvent, data: Data): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), conversationId, seq, data });

/** The message as an edit or unsend left it, even when its own document was not updated yet. */
function changedBy(change: Entry, target: Entry): Entry {
  if (change.kind === 'edit' && change.text !== undefined && target.state !== 'unsent')
    return { ...target, state: 'edited', text: change.text, editedAt: change.createdAt };
  return { ...target, state: 'unsent', text: undefined, images: undefined, place: undefined };
}

async function entriesOf({ messages }: BodySources, events: WebhookEvent[]) {
  const places = events.flatMap(({ subject, conversationId, seq }) =>
    subject.kind === 'entry' ? [{ conversationId: conversationId!, seq: seq! }] : [],
  );
  const found = await messages.bySeqs(places);
  const changed = found.flatMap(({ conversationId, targetSeq }) =>
    targetSeq === undefined ? [] : [{ conversationId, seq: targetSeq }],
  );
  if (changed.length > 0) found.push(...(await messages.bySeqs(changed)));
  return new Map(found.map((entry) => [`${entry.conversationId}:${entry.seq}`, entry]));
}

/** Each offer or deal as the act of its version left it. */
async function dealsOf(deps: BodySources, events: WebhookEvent[]) {
  const wanted = events.flatMap(({ subject }) => (subject.kind === 'deal' ? [subject] : []));
  if (wanted.length === 0) return new Map<string, WebhookData<'deal.updated'>['deal']>();
  const deals = await deps.deals.getMany(wanted.map(({ dealId }) => dealId));
  const shown = await Promise.all(
    wanted.map(async ({ dealId, version }) => {
      const deal = deals.get(dealId)?.at(version);
      if (!deal) return [];
      // What somebody may do, and whose review it is, depends on the reader: here nobody reads.
      const { abilities: _, reviews: __, ...rest } = await deps.presentDeal(deal);
      return [[`${dealId}:${version}`, rest] as const];
    }),
  );
  return new Map(shown.flat());
}

/** Listings as they are now, since they keep no history. */
async function listingsOf(deps: BodySources, events: WebhookEvent[]) {
  const ids = events.flatMap(({ subject }) =>
    subject.kind === 'listing' ? [subject.listingId] : [],
  );
  if (ids.length === 0) return new Map<string, WebhookData<'listing.updated'>['listing']>();
  const found = [...(await deps.listings.getMany(ids)).values()];
  const shown = await deps.presentListings(found, { userId: nobody });
  return new Map(
    shown.map(
      ({ abilities: _abilities, favourite: _favourite, ...listing }) =>
        [listing.id, listing] as const,
    ),
  );
}

/** A reader without an account, who sees what everybody sees. */
const nobody = '';
