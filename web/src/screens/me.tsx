import type { ComponentChildren } from 'preact';
import { Link } from 'wouter';
import { Look } from '../account/look.js';
import { Neighbourhood } from '../account/neighbourhood.js';
import { useMe } from '../account/use-me.js';
import type { Me } from '../../../client/index.js';
import { hasRightsOf } from '../../../client/moderation.js';
import { useHaggle } from '../app/haggle-context.js';
import { useKeptScroll } from '../app/use-kept-scroll.js';
import { useLoad } from '../app/use-load.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { MyListings } from '../listing/my-listings.js';
import { Avatar } from '../parts/avatar.js';
import { Degrees } from '../parts/degrees.js';
import { Icon, type IconName } from '../parts/icon.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { PushSwitch } from '../push/push-switch.js';

/** Oneself: name, deals, all one's lists, what is set on this device, own listings, the way out. */
export function MeScreen() {
  const { signOut } = useHaggle();
  const { t } = useLanguage();
  const { me, learn } = useMe();
  const scroller = useKeptScroll('me-scroll');
  if (!me) return null;
  return (
    <div class="with-bar">
      <ScreenBar title={t('me.title')} />
      <div class="scroll" ref={scroller}>
        <div class="page">
          <Myself me={me}>
            <button type="button" class="button" onClick={() => void signOut()}>
              {t('auth.signOut')}
            </button>
          </Myself>
          {me.mustVerifyEmail && <EmailProof />}
          <Deals />
          <Neighbourhood me={me} onProven={learn} />
          <PushSwitch />
          <nav class="me-lists" aria-label={t('me.lists')}>
            <Row to="/me/notifications" icon="bell" text={t('news.title')} />
            <Row to="/me/offers" icon="tag" text={t('myOffers.title')} />
            <Row to="/me/favourites" icon="heart" text={t('favourites.title')} />
            <Row to="/me/alerts" icon="search" text={t('alerts.title')} />
            <Row to="/me/account" icon="me" text={t('account.title')} />
            {me.role !== undefined && (
              <Row to="/moderation/reports" icon="shield" text={t('moderation.title')} />
            )}
            {hasRightsOf(me.role, 'operator') && (
              <Row to="/operator" icon="filter" text={t('operator.title')} />
            )}
          </nav>
          <Look />
          <h2 class="section-title">{t('me.listings')}</h2>
          <MyListings />
        </div>
      </div>
    </div>
  );
}

const dealLists = [
  { name: 'open', icon: 'shake' },
  { name: 'bought', icon: 'bag' },
  { name: 'sold', icon: 'tag' },
  { name: 'reviews', icon: 'edit' },
] as const;

/** The lists of one's deals; how much there is to do is a number. */
function Deals() {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const { value: open } = useLoad('open deals', () => market.listMyDeals({ limit: counted }));
  const { value: reviews } = useLoad('deals to review', () =>
    market.listMyDeals({ state: 'toReview', limit: counted }),
  );
  const counts: Record<string, number> = {
    open: open?.items.length ?? 0,
    reviews: reviews?.items.length ?? 0,
  };
  return (
    <nav class="me-deals" aria-label={t('myDeals.title')}>
      {dealLists.map(({ name, icon }) => (
        <Link key={name} href={`/me/deals/${name}`} class="me-deal">
          <Icon name={icon} />
          <span>{t(`myDeals.${name}`)}</span>
          {counts[name] ? <span class="badge">{counts[name]}</span> : null}
        </Link>
      ))}
    </nav>
  );
}
/** More than a person can have in mind. */
const counted = 20;

function Row({ to, icon, text }: { to: string; icon: IconName; text: string }) {
  return (
    <Link href={to} class="row-link">
      <Icon name={icon} />
      <span>{text}</span>
      <Icon name="next" />
    </Link>
  );
}

function Myself({ me, children }: { me: Me; children: ComponentChildren }) {
  return (
    <div class="person person-large">
      <Avatar user={me} />
      <div>
        <p class="person-name">
          <Link href={`/people/${me.id}`}>{me.nickname}</Link>
        </p>
        <p class="person-role">{me.email}</p>
        <Degrees user={me} />
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
