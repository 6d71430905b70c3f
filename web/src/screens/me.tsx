import type { ComponentChildren } from 'preact';
import { Link } from 'wouter';
import { Neighbourhood } from '../account/neighbourhood.js';
import type { Me } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useToast } from '../app/toast.js';
import { useReadable } from '../app/use-readable.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { MyListings } from '../listing/my-listings.js';
import { Avatar } from '../parts/avatar.js';
import { Degrees } from '../parts/degrees.js';
import { Icon } from '../parts/icon.js';
import { LanguageSwitch } from '../parts/language-switch.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { PushSwitch } from '../push/push-switch.js';

/** Oneself: name, language, own listings, the way out. */
export function MeScreen() {
  const { client, market, signOut } = useHaggle();
  const { t } = useLanguage();
  const session = useReadable(client.session);
  const { value: me } = useLoad('me', () => market.getMe());
  if (!session) return null;
  return (
    <div class="with-bar">
      <ScreenBar title={t('me.title')}>
        <span class="phone-only">
          <LanguageSwitch />
        </span>
      </ScreenBar>
      <div class="scroll">
        <div class="page">
          <Myself user={session.user} now={me}>
            <button type="button" class="button" onClick={() => void signOut()}>
              {t('auth.signOut')}
            </button>
          </Myself>
          {me?.mustVerifyEmail && <EmailProof />}
          <Neighbourhood />
          <PushSwitch />
          <Link href="/me/notifications" class="listing-offers">
            <Icon name="bell" />
            <span>{t('news.title')}</span>
            <Icon name="next" />
          </Link>
          <Link href="/me/offers" class="listing-offers">
            <Icon name="tag" />
            <span>{t('myOffers.title')}</span>
            <Icon name="next" />
          </Link>
          <Link href="/me/alerts" class="listing-offers">
            <Icon name="search" />
            <span>{t('alerts.title')}</span>
            <Icon name="next" />
          </Link>
          <Link href="/me/favourites" class="listing-offers">
            <Icon name="heart" />
            <span>{t('favourites.title')}</span>
            <Icon name="next" />
          </Link>
          <Link href="/me/account" class="listing-offers">
            <Icon name="me" />
            <span>{t('account.title')}</span>
            <Icon name="next" />
          </Link>
          {me?.role === 'moderator' && (
            <Link href="/moderation/reports" class="listing-offers">
              <Icon name="shield" />
              <span>{t('moderation.title')}</span>
              <Icon name="next" />
            </Link>
          )}
          <h2 class="section-title">{t('me.listings')}</h2>
          <MyListings />
        </div>
      </div>
    </div>
  );
}

/** As the sign-in knew the person, until it is known how they are now. */
function Myself(props: { user: Me; now: Me | undefined; children: ComponentChildren }) {
  const { now, children } = props;
  const me = now ?? props.user;
  return (
    <div class="person person-large">
      <Avatar user={me} />
      <div>
        <p class="person-name">{me.nickname}</p>
        <p class="person-role">{me.email}</p>
        {now && <Degrees user={now} />}
      </div>
      {children}
    </div>
  );
}

/** Asks for the confirmation mail again. */
function EmailProof() {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const resend = () =>
    market.resendVerification().then(
      () => toast(t('verify.sent')),
      (error: unknown) => toast(describeError(error, t)),
    );
  return (
    <div class="notice">
      <p>{t('verify.needed')}</p>
      <button type="button" class="button-text" onClick={() => void resend()}>
        {t('verify.again')}
      </button>
    </div>
  );
}
