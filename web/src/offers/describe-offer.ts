import type { OfferSide } from '../../../client/index.js';
import type { OfferCard } from '../../../client/market.js';
import type { Translate } from '../i18n/messages.js';

/** How an offer stands, in the words for one of its two sides. */
export function describeOffer(offer: OfferCard, reader: OfferSide, t: Translate): string {
  const { amount, declinedByRule, reason, state, turn } = offer;
  if (declinedByRule) return t('offers.byRule');
  if (turn !== null) return t(turn === reader ? 'offers.yourTurn' : 'offer.waiting');
  const why = `offer.reason.${reason ?? ''}`;
  if (t.has(why)) return t(why as 'offer.reason.sold');
  return t(`${amount === 0 ? 'request' : 'offer'}.state.${state as 'declined'}`);
}
