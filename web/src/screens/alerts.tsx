import { useState } from 'preact/hooks';
import { Link } from 'wouter';
import type { KeywordAlert, SavedSearch } from '../../../client/alerts.js';
import { HaggleError, limits } from '../../../client/index.js';
import { tradeLimits } from '../../../client/market.js';
import { FollowButton } from '../alerts/follow-button.js';
import { searchPathOf } from '../alerts/search-path.js';
import { useHaggle } from '../app/haggle-context.js';
import { usePlace } from '../app/place.js';
import { useToast } from '../app/toast.js';
import { usePages, type Page } from '../app/use-pages.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Avatar } from '../parts/avatar.js';
import { Field, described } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Listed } from '../parts/listed.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { useCategories } from '../parts/use-categories.js';

/** What one waits for: keywords, saved searches, people. */
export function AlertsScreen() {
  const { t } = useLanguage();
  return (
    <div class="with-bar">
      <ScreenBar title={t('alerts.title')} back="/me" />
      <div class="scroll">
        <div class="page narrow">
          <Keywords />
          <SavedSearches />
          <Following />
        </div>
      </div>
    </div>
  );
}

function Keywords() {
  const { alerts } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const { place } = usePlace();
  const [keyword, setKeyword] = useState('');
  const [near, setNear] = useState(false);
  const [error, setError] = useState<string>();
  const [version, setVersion] = useState(0);
  const describe = useWanted();
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    setError(undefined);
    const { latitude, longitude } = place;
    try {
      await alerts.addKeywordAlert({
        keyword,
        ...(near ? { near: { latitude, longitude }, radiusKm: 5 } : {}),
      });
      setKeyword('');
      setVersion(version + 1);
    } catch (thrown) {
      const code = thrown instanceof HaggleError ? thrown.code : undefined;
      if (code === 'VALIDATION_FAILED') setError(t(vagueKey(keyword)));
      else if (code === 'FORBIDDEN')
        setError(t('alerts.tooManyKeywords', tradeLimits.keywordAlerts));
      else toast(describeError(thrown, t));
    }
  };
  return (
    <section>
      <h2 class="section-title">{t('alerts.keywords')}</h2>
      <form class="keyword-form" noValidate onSubmit={(event) => void add(event)}>
        <Field
          name="keyword"
          label={t('alerts.keyword')}
          hint={t('alerts.keywordHint')}
          error={error}
        >
          <div class="keyword-line">
            <input
              {...described('keyword', error)}
              value={keyword}
              maxLength={limits.searchLength}
              autoComplete="off"
              placeholder={t('alerts.keywordPlaceholder')}
              onInput={({ currentTarget }) => setKeyword(currentTarget.value)}
            />
            <button type="submit" class="button button-primary">
              {t('alerts.add')}
            </button>
          </div>
        </Field>
        <label class="check">
          <input
            type="checkbox"
            checked={near}
            onChange={({ currentTarget }) => setNear(currentTarget.checked)}
          />
          {t('alerts.nearOnly')}
        </label>
      </form>
      <Kept<KeywordAlert>
        key={version}
        name="keywords"
        load={(page) => alerts.listKeywordAlerts(page)}
        remove={({ id }) => alerts.removeKeywordAlert(id)}
        title={(one) => one.keyword}
        note={describe}
        path={({ keyword: q, ...rest }) => searchPathOf({ q, ...rest })}
        empty={t('alerts.noKeywords')}
      />
    </section>
  );
}

/** Why nothing can be waited for. */
function vagueKey(keyword: string) {
  const { length } = [...keyword.trim()];
  if (length === 0) return 'common.required';
  return length === 1 ? 'alerts.vague' : 'alerts.noWords';
}

function SavedSearches() {
  const { alerts } = useHaggle();
  const { t } = useLanguage();
  const categories = useCategories();
  const describe = useWanted();
  const nameOf = (id: string | undefined) => categories.find((one) => one.id === id)?.name;
  return (
    <section>
      <h2 class="section-title">{t('alerts.searches')}</h2>
      <Kept<SavedSearch>
        name="searches"
        load={(page) => alerts.listSavedSearches(page)}
        remove={({ id }) => alerts.removeSavedSearch(id)}
        title={({ q, category }) => [q, nameOf(category)].filter(Boolean).join(' · ')}
        note={describe}
        path={searchPathOf}
        empty={t('alerts.noSearches')}
      />
    </section>
  );
}

/** A list of what is waited for, each with the way to its search and a button that gives it up. */
function Kept<T extends { id: string }>(props: {
  name: string;
  load: (page: { cursor?: string }) => Promise<Page<T>>;
  remove: (one: T) => Promise<unknown>;
  title: (one: T) => string;
  note: (one: T) => string;
  path: (one: T) => string;
  empty: string;
}) {
  const { t } = useLanguage();
  const toast = useToast();
  const found = usePages(props.name, props.load);
  const remove = (one: T) => {
    found.change((all) => all.filter(({ id }) => id !== one.id));
    props.remove(one).catch((refused: unknown) => {
      found.reload();
      toast(describeError(refused, t));
    });
  };
  return (
    <Listed found={found} none={<p class="field-note">{props.empty}</p>}>
      {(kept) => (
        <ul class="news">
          {kept.map((one) => {
            const title = props.title(one) || props.note(one);
            const note = props.note(one);
            return (
              <li key={one.id} class="kept-line">
                <Link href={props.path(one)} class="news-line">
                  <Icon name="search" />
                  <span class="news-words">
                    <strong>{title}</strong>
                    {note !== '' && note !== title && <span>{note}</span>}
                  </span>
                </Link>
                <button
                  type="button"
                  class="button-icon"
                  aria-label={t('alerts.remove', title)}
                  onClick={() => remove(one)}
                >
                  <Icon name="cross" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </Listed>
  );
}

/** Where, and for how much. */
function useWanted() {
  const { t } = useLanguage();
  const format = useFormat();
  return (one: Pick<SavedSearch, 'near' | 'radiusKm' | 'minPrice' | 'maxPrice'>): string =>
    [
      one.near && one.radiusKm !== undefined && t('alerts.within', one.radiusKm),
      one.minPrice !== undefined && t('alerts.from', format.won(one.minPrice)),
      one.maxPrice !== undefined && t('alerts.upTo', format.won(one.maxPrice)),
    ]
      .filter(Boolean)
      .join(' · ');
}

function Following() {
  const { alerts } = useHaggle();
  const { t } = useLanguage();
  const found = usePages('following', (page) => alerts.listFollowing(page));
  return (
    <section>
      <h2 class="section-title">{t('alerts.following')}</h2>
      <Listed found={found} none={<p class="field-note">{t('alerts.noFollowing')}</p>}>
        {(followed) => (
          <ul class="news">
            {followed.map(({ user }) => (
              <li key={user.id} class="kept-line">
                <Link href={`/people/${user.id}`} class="news-line">
                  <Avatar user={user} />
                  <strong>{user.nickname}</strong>
                </Link>
                <FollowButton userId={user.id} />
              </li>
            ))}
          </ul>
        )}
      </Listed>
    </section>
  );
}
