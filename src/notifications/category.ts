import type { view } from '../contract/index.js';
import type { Entry } from '../domain/entry.js';

/** What an entry is to whom it is told; a person can switch each off, and each has a life and a queue of its own. */
export type Category = view.NotificationCategory;

/** Of an entry what a notification goes by: no words of people. */
export type ToldEntry = Pick<Entry, 'kind' | 'senderId' | 'createdAt' | 'notice'> & {
  offer?: Pick<view.OfferInMessage, 'act' | 'turn' | 'amount' | 'expiresAt'>;
  appointment?: Pick<view.AppointmentInMessage, 'act' | 'at' | 'place'>;
};

interface Notice {
  category: Category;
  /** Whom it is told to; left out: both, except the one whose own act it tells of. */
  to?: 'buyer' | 'seller';
}

/** Notices; of a type that is not known here yet the log alone tells. */
const notices: Record<view.NoticeType, Notice | null> = {
  left: null,
  dealOpened: { category: 'deal' },
  dealCompleted: { category: 'deal' },
  dealCancelled: { category: 'deal' },
  dealNoShow: { category: 'deal' },
  dealKept: { category: 'deal' },
  dealReleased: { category: 'deal' },
  // It asks the seller, who loses the deal by not answering.
  dealQuestion: { category: 'deal', to: 'seller' },
  offerEndsSoon: { category: 'reminder' },
  appointmentSoon: { category: 'reminder' },
  // To the rivals of the deal that came to nothing, and not to the seller, once for each of them.
  listingFree: { category: 'alert', to: 'buyer' },
  reviewsOpen: { category: 'alert' },
  reviewsShown: { category: 'alert' },
};

/**
 * Offers by their act. What the end of a deal does to its offer is told by the notice of the deal, and whatever closes
 * an offer (another was accepted, the listing was sold, hidden, changed) the seller did.
 */
const offerActs: Record<view.OfferAct, Notice | null> = {
  made: { category: 'offer' },
  countered: { category: 'offer' },
  declined: { category: 'offer' },
  withdrawn: { category: 'offer' },
  expired: { category: 'offer' },
  closed: { category: 'offer', to: 'buyer' },
  accepted: { category: 'deal' },
  fulfilled: null,
  fellThrough: null,
};

function noticeOf({ kind, offer, notice }: ToldEntry): Notice | null {
  switch (kind) {
    case 'text':
    case 'image':
    case 'place':
      return { category: 'chat' };
    case 'offer':
      return offer ? offerActs[offer.act] : null;
    case 'appointment':
      return { category: 'deal' };
    case 'system':
      return (notices as Record<string, Notice | null>)[notice?.type ?? ''] ?? null;
    case 'edit':
    case 'unsend':
      return null;
  }
}

/** null: not told by any notification. */
export const categoryOf = (entry: ToldEntry): Category | null => noticeOf(entry)?.category ?? null;

/** Whom an entry is told to: nobody hears by a notification what they did themselves, as far as it is known. */
export function recipientsOf(
  entry: ToldEntry,
  { buyerId, sellerId }: { buyerId: string; sellerId: string },
): string[] {
  const told = noticeOf(entry);
  if (!told) return [];
  const actor = entry.senderId ?? entry.notice?.userId;
  const people = { buyer: [buyerId], seller: [sellerId] };
  return (told.to ? people[told.to] : [buyerId, sellerId]).filter((person) => person !== actor);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long it is worth telling. Source: the push rules of the product, docs/push.md. */
const lives: Record<Category, number> = {
  chat: 24 * HOUR,
  // Of an act that ended it; an open offer lives until its deadline.
  offer: 24 * HOUR,
  deal: 24 * HOUR,
  reminder: 30 * MINUTE,
  alert: 12 * HOUR,
};

/** From when on an entry is not told any more: its life is over, or the moment that it is about has come. */
export function expiresAt(entry: ToldEntry): Date {
  const category = categoryOf(entry) ?? 'chat';
  const { offer, appointment, notice } = entry;
  if (offer?.turn) return new Date(offer.expiresAt);
  const ends = entry.createdAt.getTime() + lives[category];
  const moment = appointment?.at ?? (momentous.has(notice?.type ?? '') ? notice?.at : undefined);
  return new Date(moment === undefined ? ends : Math.min(ends, Date.parse(moment)));
}

/** Notices whose `at` is the moment after which they say nothing. */
const momentous = new Set(['offerEndsSoon', 'appointmentSoon', 'dealQuestion']);

/**
 * Wakes people up and counts for no cap: they are to be somewhere within the hour. Source: the appointment's own
 * reminders, an hour and ten minutes before it (`tradeLimits.reminderSecondMinutes`).
 */
export const isUrgent = ({ notice }: ToldEntry, now: Date): boolean =>
  notice?.type === 'appointmentSoon' &&
  notice.at !== undefined &&
  Date.parse(notice.at) - now.getTime() <= HOUR;

/** The queue that carries a category. What was gathered to a digest goes by `bulk`. */
export const queueOf = (category: Category): 'chat' | 'transactional' | 'bulk' =>
  category === 'chat' ? 'chat' : category === 'alert' ? 'bulk' : 'transactional';
