import type { Conversation, Message } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { useNoticeLine } from './use-notice-line.js';

/** A message in one line, for lists and for reading out. */
export function useMessageLine(): (
  message: Message,
  conversation: Pick<Conversation, 'buyer' | 'seller'> | undefined,
) => string {
  const { t } = useLanguage();
  const format = useFormat();
  const noticeLine = useNoticeLine();
  return (message, conversation) => {
    const { offer } = message;
    if (message.state === 'unsent') return t('room.unsent');
    if (message.kind === 'text' && message.text) return message.text;
    if (message.kind === 'image')
      return message.text ?? t('room.photos', message.images?.length ?? 1);
    if (message.kind === 'place') return message.place?.name ?? t('room.place');
    if (!offer) {
      const people = conversation ? [conversation.buyer, conversation.seller] : [];
      return noticeLine(message, (id) => people.find((one) => one.id === id)?.nickname ?? '');
    }
    if (offer.amount === 0)
      return offer.act === 'made' || offer.act === 'countered'
        ? t('request.card')
        : t(`request.state.${offer.act}`);
    const amount = format.won(offer.amount);
    if (offer.act === 'made') return t('offer.last.made', amount);
    if (offer.act === 'countered') return t('offer.last.countered', amount);
    if (offer.act === 'accepted') return t('offer.last.accepted', amount);
    return `${t(`offer.state.${offer.act}`)} · ${amount}`;
  };
}
