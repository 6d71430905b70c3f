import type { Conversation, Message } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';

/** What happened, in the middle of the list: the answer to an offer, the system's word, kinds of a newer server. */
export function EntryLine({ entry, conversation }: { entry: Message; conversation: Conversation }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { offer } = entry;
  let text = entry.notice?.type === 'left' ? t('room.left') : entry.fallbackText;
  if (offer) {
    const amount = format.won(offer.amount);
    const { buyer, seller } = conversation;
    const name = [buyer, seller].find(({ id }) => id === entry.senderId)?.nickname ?? '';
    const { act } = offer;
    if (act === 'expired' || act === 'closed') {
      text = t(`offer.line.${act}`, amount);
    } else if (act === 'accepted' || act === 'declined' || act === 'withdrawn') {
      text = t(`offer.line.${act}`, name, amount);
    }
  }
  const agreed = offer?.act === 'accepted';
  return (
    <li class={`entry-line ${agreed ? 'is-agreed' : ''}`}>
      <span>
        {agreed && <Icon name="check" />}
        {text}
      </span>
    </li>
  );
}
