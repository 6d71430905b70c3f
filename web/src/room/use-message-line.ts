import type { Message } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';

/** A message in one line, for lists and for reading out. */
export function useMessageLine(): (message: Message) => string {
  const { t } = useLanguage();
  const format = useFormat();
  return (message) => {
    const { offer } = message;
    if (message.state === 'unsent') return t('room.unsent');
    if (message.kind === 'text' && message.text) return message.text;
    if (message.kind === 'image')
      return message.text ?? t('room.photos', message.images?.length ?? 1);
    if (message.kind === 'place') return message.place?.name ?? t('room.place');
    if (!offer) return message.fallbackText;
    const amount = format.won(offer.amount);
    if (offer.act === 'made' || offer.act === 'countered') return t('offer.last.made', amount);
    if (offer.act === 'accepted') return t('offer.last.accepted', amount);
    return `${t(`offer.state.${offer.act}`)} · ${amount}`;
  };
}
