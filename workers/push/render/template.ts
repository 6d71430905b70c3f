import type { view } from '../../../src/contract/index.js';
import type { Entry } from '../../../src/domain/entry.js';
import type { NewsEntry } from '../../../src/notifications/index.js';

/** A request for a give-away is an offer with amount 0, and ends in other words; the deal that follows is ordinary. */
type OfferOnly = 'countered' | 'fulfilled' | 'fellThrough';
type RequestAct = Exclude<view.OfferAct, OfferOnly>;

/** One key for everything that is ever pushed. The words are in `words.ko.ts` and `words.en.ts`. */
type TemplateKey =
  | 'text'
  | 'image'
  | 'imageCaptioned'
  | 'place'
  | `offer.${view.OfferAct}`
  | `request.${RequestAct}`
  | `appointment.${view.AppointmentAct}`
  | `notice.${view.NoticeType}`
  | 'listing.matched'
  | 'listing.found'
  | 'listing.followed'
  | 'listing.priceCut'
  | 'digest'
  | 'neutral';

/** Title and body of every template in one language, as ICU messages. */
export type Words = Record<TemplateKey, [title: string, body: string]>;

/** The caller adds `name`: the person whom the entry comes from or the conversation is with. */
export type TemplateParams = Record<string, string | number>;

export interface Template {
  template: TemplateKey | (string & {});
  params: TemplateParams;
}

/**
 * What a notification says of an entry: keys of words and their parameters. Places are never named, since a place's
 * name is often an address.
 */
export function templateOf(entry: Said | NewsEntry): Template {
  if (entry.kind === 'news') return entry.words;
  const { kind, text, images, offer, appointment, notice } = entry;
  const count = images?.length ?? 1;
  switch (kind) {
    case 'text':
      return { template: 'text', params: { text: text ?? '' } };
    case 'image':
      return text
        ? { template: 'imageCaptioned', params: { count, text } }
        : { template: 'image', params: { count } };
    case 'place':
      return { template: 'place', params: {} };
    case 'offer':
      return offer ? offerTemplate(offer) : neutral;
    case 'appointment':
      if (!appointment) return neutral;
      return { template: `appointment.${appointment.act}`, params: { at: appointment.at } };
    case 'system':
      if (!notice) return neutral;
      return {
        template: `notice.${notice.type}`,
        params: notice.at === undefined ? {} : { at: notice.at },
      };
    case 'edit':
    case 'unsend':
      return neutral;
  }
}

/** The fields of an entry that a template depends on. */
type Said = Pick<Entry, 'kind' | 'text' | 'images' | 'notice'> & {
  offer?: Pick<view.OfferInMessage, 'act' | 'amount'>;
  appointment?: Pick<view.AppointmentInMessage, 'act' | 'at'>;
};

const neutral: Template = { template: 'neutral', params: {} };

const offerActs: readonly string[] = [
  'countered',
  'fulfilled',
  'fellThrough',
] satisfies OfferOnly[];

const offerTemplate = ({ act, amount }: NonNullable<Said['offer']>): Template =>
  amount === 0 && !offerActs.includes(act)
    ? { template: `request.${act as RequestAct}`, params: {} }
    : { template: `offer.${act}`, params: { amount } };
