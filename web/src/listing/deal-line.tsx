import { Link } from 'wouter';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';

/** To the seller: who the listing is held for or was sold to, at what price, and the way into the chat with them. */
export function DealLine({ id, isSold }: { id: string; isSold: boolean }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const { value: deal, error } = useLoad(`deal ${id}`, () => market.getDeal(id));
  if (!deal) return error ? null : <p class="listing-offers" />;
  return (
    <Link href={`/chats/${deal.conversationId}`} class="listing-offers">
      <Icon name="shake" />
      <span>
        {t(
          isSold ? 'listing.soldTo' : 'listing.heldFor',
          nameOf(deal.buyer, t),
          format.price(deal.amount),
        )}
      </span>
      <Icon name="next" />
    </Link>
  );
}
