import type { MannerPart, Profile } from '../../../client/market.js';
import { FollowButton } from '../alerts/follow-button.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { usePages } from '../app/use-pages.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { ListingList } from '../listing/listing-list.js';
import { Avatar } from '../parts/avatar.js';
import { warmthOf } from '../parts/degrees.js';
import { Listed, Loaded } from '../parts/listed.js';
import { ReviewView } from '../parts/review-view.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { BlockButton } from '../safety/block-button.js';
import { ReportButton } from '../safety/report-button.js';

/** A person: the manner temperature, how it came about, and what others said. */
export function PersonScreen({ id }: { id: string }) {
  const { client, market } = useHaggle();
  const { t } = useLanguage();
  const me = useReadable(client.session)?.user.id;
  const load = useLoad(`person ${id}`, () => market.getUser(id));
  return (
    <div class="with-bar">
      <ScreenBar title={t('person.title')} back="/">
        {load.value && id !== me && <ReportButton target="user" id={id} />}
      </ScreenBar>
      <div class="scroll">
        <Loaded load={load}>{(profile) => <Details profile={profile} me={me} />}</Loaded>
      </div>
    </div>
  );
}

function Details({ profile, me }: { profile: Profile; me: string | undefined }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { manner } = profile;
  const warmth = warmthOf(manner.temperature);
  const { sold, bought, reviews, noShows } = manner.counts;
  return (
    <div class="page">
      <div class="person person-large">
        <Avatar user={profile} />
        <div>
          <p class="person-name">{profile.nickname}</p>
          <p class="person-role">{t('person.since', format.date(profile.createdAt))}</p>
        </div>
        {me !== undefined && me !== profile.id && <FollowButton userId={profile.id} />}
      </div>
      <section class="manner" aria-label={t('person.temperature')}>
        <p class="manner-head">
          <span>{t('person.temperature')}</span>
          <strong class={`manner-degrees is-${warmth}`}>
            {format.degrees(manner.temperature)}
          </strong>
        </p>
        <meter
          class={`manner-gauge is-${warmth}`}
          min={0}
          max={99}
          value={manner.temperature}
          aria-label={t('person.temperature')}
        />
        <dl class="counts">
          <Count name={t('person.sold')} value={sold} />
          <Count name={t('person.bought')} value={bought} />
          <Count name={t('person.reviewed')} value={reviews} />
          <Count name={t('person.noShows')} value={noShows} />
        </dl>
        <Formula manner={manner} />
      </section>
      {manner.tags.length > 0 && (
        <ul class="said-tags">
          {manner.tags.map(({ tag, count }) => (
            <li key={tag} class="chip">
              {t(`tag.${tag}`)} <b>{count}</b>
            </li>
          ))}
        </ul>
      )}
      <h2 class="section-title">{t('person.listings')}</h2>
      <ListingsOf userId={profile.id} />
      <h2 class="section-title">{t('person.reviews')}</h2>
      <Reviews userId={profile.id} />
      {me !== undefined && me !== profile.id && !profile.deleted && (
        <BlockButton userId={profile.id} nickname={profile.nickname} />
      )}
    </div>
  );
}

function ListingsOf({ userId }: { userId: string }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  return (
    <ListingList
      name={`of ${userId}`}
      load={(page) => market.listUserListings(userId, page)}
      empty={{ text: t('person.noListings') }}
    />
  );
}

function Count({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The formula with this person's own numbers in it. */
function Formula({ manner }: { manner: Profile['manner'] }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { formula, parts, sum } = manner;
  const used = parts.filter(({ count }) => count > 0);
  const row = ({ kind, value, count, weighted }: MannerPart) => (
    <tr key={kind}>
      <th scope="row">{t(`manner.${kind}`)}</th>
      <td>{format.signed(value)}</td>
      <td>{count}</td>
      <td>{format.signed(weighted)}</td>
    </tr>
  );
  return (
    <details class="formula">
      <summary>{t('person.how')}</summary>
      <p>{t('person.formula', formula.start, formula.halfLifeDays, formula.windowDays)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('person.part')}</th>
            <th scope="col">{t('person.value')}</th>
            <th scope="col">{t('person.count')}</th>
            <th scope="col">{t('person.weighted')}</th>
          </tr>
        </thead>
        <tbody>{(used.length > 0 ? used : parts).map(row)}</tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              S
            </th>
            <td>{format.signed(sum)}</td>
          </tr>
        </tfoot>
      </table>
      <p class="formula-text">
        {formula.text}
        <br />
        {t('person.letters')}
      </p>
    </details>
  );
}

function Reviews({ userId }: { userId: string }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const found = usePages(`reviews of ${userId}`, (page) => market.listReviews(userId, page));
  return (
    <Listed found={found} none={<p class="feed-end">{t('person.noReviews')}</p>}>
      {(reviews) => (
        <div class="reviews">
          {reviews.map((review) => (
            <ReviewView
              key={review.id}
              title={nameOf(review.author, t)}
              review={review}
              facts={[
                t(`review.role.${review.role}`),
                review.listingTitle,
                format.ago(review.createdAt),
              ].join(' · ')}
            />
          ))}
        </div>
      )}
    </Listed>
  );
}
