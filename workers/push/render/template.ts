import type { view } from '../../../src/contract/index.js';
import type { Entry } from '../../../src/domain/entry.js';

/** A request for a give-away is an offer with amount 0, and ends in other words; the deal that follows is ordinary. */
type RequestAct = Exclude<view.OfferAct, 'countered' | 'fulfilled' | 'fellThrough'>;

/** One key for everything that is ever pushed. The words are in `words.ko.ts` and `words.en.ts`. */
export type TemplateKey =
  | 'text'
  | 'image'
  | 'imageCaptioned'
  | 'place'
  | `offer.${view.OfferAct}`
  | `request.${RequestAct}`
  | `appointment.${view.AppointmentAct}`
  | `notice.${view.NoticeType}`
  | 'digest'
  | 'neutral';

/** Title and body of every template in one language, as ICU messages. */
export type Words = Record<TemplateKey, { title: string; body: string }>;

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
export function templateOf(entry: Said): Template {
  switch (entry.kind) {
    case 'text':
      return { template: 'text', params: { text: entry.text ?? '' } };
    case 'image':
      return imageTemplate(entry);
    case 'place':
      return { template: 'place', params: {} };
    case 'offer':
      return entry.offer ? offerTemplate(entry.offer) : neutral;
    case 'appointment':
      return entry.appointment ? appointmentTemplate(entry.appointment) : neutral;
    case 'system':
      return entry.notice ? noticeTemplate(entry.notice) : neutral;
    case 'edit':
    case 'unsend':
      return neutral;
  }
}

/** The fields of an entry that a template depends on. */
export type Said = Pick<Entry, 'kind' | 'text' | 'images' | 'notice'> & {
  offer?: Pick<view.OfferInMessage, 'act' | 'amount'>;
  appointment?: Pick<view.AppointmentInMessage, 'act' | 'at'>;
};

const neutral: Template = { template: 'neutral', params: {} };

function imageTemplate({ images, text }: Said): Template {
  const count = images?.length ?? 1;
  return text
    ? { template: 'imageCaptioned', params: { count, text } }
    : { template: 'image', params: { count } };
}

const requestActs: ReadonlySet<view.OfferAct> = new Set<RequestAct>([
  'made',
  'accepted',
  'declined',
  'withdrawn',
  'expired',
  'closed',
]);

const offerTemplate = ({ act, amount }: NonNullable<Said['offer']>): Template =>
  amount === 0 && requestActs.has(act)
    ? { template: `request.${act as RequestAct}`, params: {} }
    : { template: `offer.${act}`, params: { amount } };

const appointmentTemplate = ({ act, at }: NonNullable<Said['appointment']>): Template => ({
  template: `appointment.${act}`,
  params: { at },
});

const noticeTemplate = ({ type, at }: view.Notice): Template => ({
  template: `notice.${type}`,
  params: at === undefined ? {} : { at },
});
