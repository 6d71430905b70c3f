import type { view } from '../contract/index.js';
import type { Entry, OfferEntry } from './entry.js';
import { fallbackWords, type FallbackWords } from './fallback-words.js';

/** What the fallback goes by. */
type Said = Pick<Entry, 'kind'> &
  Partial<Pick<Entry, 'state' | 'text' | 'images' | 'place' | 'notice'>> & {
    offer?: Pick<OfferEntry, 'act' | 'amount'>;
    appointment?: Pick<view.AppointmentInMessage, 'act' | 'at' | 'place'>;
  };

/** What a client shows that does not know the kind, and a notification says; in Korean. */
const fallbackOf = (entry: Said): string => fallbackIn(fallbackWords.ko, entry);

/**
 * The fallback, and the same by language where it is more than the words of a person: an entry goes once to all devices
 * of both people, who may read different languages.
 */
export function fallbacksOf(entry: Said): Pick<view.Message, 'fallbackText' | 'fallbackTexts'> {
  const fallbackText = fallbackOf(entry);
  if (entry.state !== 'unsent' && entry.kind === 'text') return { fallbackText };
  const en = fallbackIn(fallbackWords.en, entry);
  return { fallbackText, fallbackTexts: { ko: fallbackText, en } };
}

function fallbackIn(words: FallbackWords, entry: Said): string {
  if (entry.state === 'unsent') return words.takenBack;
  const { kind, text, offer } = entry;
  switch (kind) {
    case 'image':
      return captioned(words.photos(entry.images?.length ?? 0), text);
    case 'place':
      return captioned(captioned(words.place, entry.place?.name), text);
    case 'edit':
      return captioned(words.edited, text);
    case 'unsend':
      return words.takenBack;
    case 'system':
      return (words.notices as Record<string, string>)[entry.notice?.type ?? ''] ?? words.notice;
    case 'appointment':
      return entry.appointment ? appointmentLine(words, entry.appointment) : words.appointment;
    default:
      return offer ? offerLine(words, offer) : (text ?? '');
  }
}

const captioned = (what: string, caption: string | undefined): string =>
  caption === undefined ? what : `${what}: ${caption}`;

/** A request for a give-away is an offer of nothing. */
const offerLine = (
  { acts, requestActs, price }: FallbackWords,
  { act, amount }: Pick<OfferEntry, 'act' | 'amount'>,
): string => (amount === 0 ? (requestActs[act] ?? acts[act]) : `${acts[act]} ${price(amount)}`);

const appointmentLine = (
  { appointmentActs, whenInKorea }: FallbackWords,
  { act, at, place }: Pick<view.AppointmentInMessage, 'act' | 'at' | 'place'>,
): string => `${appointmentActs[act]}: ${whenInKorea.format(new Date(at))}, ${place.name}`;
