import type { view } from '../contract/index.js';
import type { Entry } from '../domain/entry.js';

/** The kind of news that an entry is. A person can switch each off; each has its own life and queue. */
export type Category = view.NotificationCategory;

/** The fields of an entry that notifications depend on; nothing that people wrote. */
export type ToldEntry = Pick<Entry, 'senderId' | 'createdAt' | 'notice'> & {
  /** `news`: of a listing, and no entry: see `news.ts`. */
  kind: Entry['kind'] | 'news';
  offer?: Pick<view.OfferInMessage, 'act' | 'turn' | 'amount' | 'expiresAt'>;
  appointment?: Pick<view.AppointmentInMessage, 'act' | 'at' | 'place'>;
};

interface Notice {
  category: Category;
  /** Who is told; left out: both, except the person whose own act it is. */
  to?: 'buyer' | 'seller';
}

/** Notices by type. A type that is missing here is not told by a notification. */
const notices: Record<view.NoticeType, Notice | null> = {
  left: null,
  dealOpened: { category: 'deal' },
  dealCompleted: { category: 'deal' },
  dealCancelled: { category: 'deal' },
  dealNoShow: { category: 'deal' },
  dealKept: { category: 'deal' },
  dealReleased: { category: 'deal' },
  // A question to the seller, who loses the deal by not answering.
  dealQuestion: { category: 'deal', to: 'seller' },
  offerEndsSoon: { category: 'reminder' },
  appointmentSoon: { category: 'reminder' },
  // To the rivals of the deal that came to nothing, and not to the seller, once for each of them.
  listingFree: { category: 'alert', to: 'buyer' },
  reviewsOpen: { category: 'alert' },
  reviewsShown: { category: 'alert' },
  // They stand beside the message that they warn of, which is told.
  fraudNumber: null,
  prepayment: null,
  offPlatform: null,
};

/**
 * Offers by their act. When a deal ends, its own notice tells of it, not the act of its offer. What closes an offer
 * (another was accepted; the listing was sold, hidden, changed) is the seller's doing, so only the buyer is told.
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

// One of each, since the relay asks several times an entry.
const [chat, deal, alert] = (['chat', 'deal', 'alert'] as const).map((category) => ({ category }));

function noticeOf({ kind, offer, notice }: ToldEntry): Notice | null {
  switch (kind) {
    case 'text':
    case 'image':
    case 'place':
      return chat!;
    case 'offer':
      return offer ? offerActs[offer.act] : null;
    case 'appointment':
      return deal!;
    case 'news':
      return alert!;
    case 'system':
      return (notices as Record<string, Notice | null>)[notice?.type ?? ''] ?? null;
    case 'edit':
    case 'unsend':
      return null;
  }
}

/** The category of an entry; null: no notification tells of it. */
export const categoryOf = (entry: ToldEntry): Category | null => noticeOf(entry)?.category ?? null;

/** Who of its conversation is told of an entry: nobody gets a notification of their own act, where it is known whose act it was. */
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

/** When an entry is not told any more: its life is over, or the moment that it is about has come. */
export function expiresAt(entry: ToldEntry): Date {
  const category = categoryOf(entry) ?? 'chat';
  const { offer, appointment, notice } = entry;
  if (offer?.turn) return new Date(offer.expiresAt);
  const ends = entry.createdAt.getTime() + lives[category];
  const moment = appointment?.at ?? (momentous.has(notice?.type ?? '') ? notice?.at : undefined);
  return new Date(moment === undefined ? ends : Math.min(ends, Date.parse(moment)));
}

/** Notices that mean nothing after their `at`. */
const momentous = new Set(['offerEndsSoon', 'appointmentSoon', 'dealQuestion']);

/**
 * Whether an entry ignores quiet hours and caps, because its reader has an appointment within the hour. Source: the
 * reminders an hour and ten minutes before an appointment (`tradeLimits.reminderSecondMinutes`).
 */
export const isUrgent = ({ notice }: ToldEntry, now: Date): boolean =>
  notice?.type === 'appointmentSoon' &&
  notice.at !== undefined &&
  Date.parse(notice.at) - now.getTime() <= HOUR;

/** The queue that carries a category. Digests use `bulk`. */
export const queueOf = (category: Category): 'chat' | 'transactional' | 'bulk' =>
  category === 'chat' ? 'chat' : category === 'alert' ? 'bulk' : 'transactional';
