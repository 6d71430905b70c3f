import { Link } from 'wouter';
import type { Listing } from '../../../client/index.js';
import { FollowButton } from '../alerts/follow-button.js';
import { useLanguage } from '../i18n/language.js';
import { Avatar } from '../parts/avatar.js';
import { Degrees } from '../parts/degrees.js';

/** Whose it is, with the way to their profile. */
export function SellerCard({ listing, isOwn }: { listing: Listing; isOwn: boolean }) {
  const { t } = useLanguage();
  const { seller } = listing;
  return (
    <div class="person">
      <Link href={`/people/${seller.id}`} class="person seller-link">
        <Avatar user={seller} />
        <div>
          <p class="person-role">{t('listing.seller')}</p>
          <p class="person-name">{seller.nickname}</p>
        </div>
      </Link>
      {isOwn ? <span class="chip">{t('listing.mine')}</span> : <FollowButton userId={seller.id} />}
      <Degrees user={seller} />
    </div>
  );
}
