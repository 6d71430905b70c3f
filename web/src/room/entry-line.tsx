import type { Conversation, Message } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { useNoticeLine } from './use-notice-line.js';

/** An entry without a bubble, in the middle of the list: an answer to an offer, a notice, a kind of a newer server. */
export function EntryLine({ entry, conversation }: { entry: Message; conversation: Conversation }) {
  const { t } = useLanguage();
  const format = useFormat();
  const noticeLine = useNoticeLine();
  const { buyer, seller } = conversation;
  const nameIn = (userId: string | null) => {
    const person = [buyer, seller].find(({ id }) => id === userId);
    return person ? nameOf(person, t) : '';
  };
  const { offer } = entry;
  let text = noticeLine(entry, nameIn);
  if (offer) {
    const amount = format.won(offer.amount);
    const name = nameIn(entry.senderId);
    const { act } = offer;
    if (act === 'accepted' || act === 'declined' || act === 'withdrawn') {
      text =
        offer.amount === 0 ? t(`request.line.${act}`, name) : t(`offer.line.${act}`, name, amount);
    } else if (act !== 'made' && act !== 'countered') {
      text = offer.amount === 0 ? t(`request.line.${act}`) : t(`offer.line.${act}`, amount);
    }
  }
  const agreed = offer?.act === 'accepted' || entry.appointment?.act === 'confirmed';
  return (
    <li class={`entry-line ${agreed ? 'is-agreed' : ''} ${entry.aside ? 'is-caution' : ''}`}>
      <span>
        {entry.aside && <Icon name="shield" />}
        {agreed && <Icon name="check" />}
        {text}
      </span>
    </li>
  );
}
