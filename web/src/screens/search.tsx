import { useEffect } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter';
import { SaveSearch } from '../alerts/save-search.js';
import { useHaggle } from '../app/haggle-context.js';
import { usePlace } from '../app/place.js';
import { useKeptScroll } from '../app/use-kept-scroll.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { BackButton } from '../parts/back-button.js';
import { Empty } from '../parts/empty.js';
import { ScreenHeading } from '../parts/screen-heading.js';
import { FilterBar } from '../search/filter-bar.js';
import { askedBy, savedFilters, unset, useFilters, type Filters } from '../search/filters.js';
import { FoundList } from '../search/found-list.js';
import { useRecentSearches } from '../search/recent-searches.js';
import { SearchBox } from '../search/search-box.js';
import { useFound } from '../search/use-found.js';

/** Finds listings by words; the words are in the address, so that "back" and reload find them again. */
export function SearchScreen() {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const [, navigate] = useLocation();
  const q = new URLSearchParams(useSearch()).get('q') ?? '';
  const { filters, change } = useFilters('search', 'anywhere');
  const recent = useRecentSearches(useReadable(client.session)?.user.id ?? '');
  const scroller = useKeptScroll('search-scroll');
  const top = () => scroller.current?.scrollTo({ top: 0 });
  useSavedSearch((filters) => {
    change(filters);
    top();
  });
  const search = (words: string) => {
    recent.add(words);
    top();
    navigate(`/search?q=${encodeURIComponent(words)}`, { replace: q !== '' });
  };
  const refine = (some: Partial<Filters>) => {
    change(some);
    top();
  };
  return (
    <div class="with-bar">
      <div class="bar search-bar">
        <BackButton parent="/" />
        <ScreenHeading title={t('search.title')} class="visually-hidden" />
        <SearchBox
          q={q}
          recent={recent}
          onSearch={search}
          onCategory={(category) => {
            change({ category });
            navigate('/search', { replace: true });
          }}
        />
      </div>
      <div class="scroll" ref={scroller}>
        <div class="page feed">
          <FilterBar filters={filters} searching={q !== ''} onChange={refine} />
          {q === '' && filters.category === undefined && !filters.circle ? (
            <p class="feed-end">{t('search.hint')}</p>
          ) : (
            <Results q={q} filters={filters} onSearch={search} onChange={refine} />
          )}
        </div>
      </div>
    </div>
  );
}

/** Takes a saved search out of the address, which then goes on with the words alone. */
function useSavedSearch(open: (filters: Filters) => void) {
  const [, navigate] = useLocation();
  const search = useSearch();
  useEffect(() => {
    const given = new URLSearchParams(search);
    const filters = savedFilters(given);
    if (!filters) return;
    open(filters);
    navigate(`/search?q=${encodeURIComponent(given.get('q') ?? '')}`, { replace: true });
  }, [search]);
}

function Results(props: {
  q: string;
  filters: Filters;
  onSearch: (q: string) => void;
  onChange: (some: Partial<Filters>) => void;
}) {
  const { q, filters } = props;
  const { t } = useLanguage();
  const { place } = usePlace();
  const { sort, ...rest } = filters;
  // Nothing fits better or worse where no words are asked for.
  const asked = sort === 'relevance' && q === '' ? rest : filters;
  const shown = askedBy(asked, place, q === '' ? undefined : q);
  const found = useFound('search', shown);
  const narrow = Object.entries(filters).some(
    ([name, value]) =>
      value !== undefined && name !== 'sort' && !(name === 'band' && value === 'anywhere'),
  );
  return (
    <>
      <SaveSearch asked={shown} />
      <FoundList found={found}>
        {found.didYouMean && (
          <p class="did-you-mean">
            {t('search.didYouMean')}{' '}
            <button
              type="button"
              class="button-text"
              onClick={() => props.onSearch(found.didYouMean!)}
            >
              {found.didYouMean}
            </button>
          </p>
        )}
        <Empty text={q === '' ? t('feed.empty') : t('search.none', q)} />
        {narrow && (
          <button type="button" class="button feed-more" onClick={() => props.onChange(unset)}>
            {t('search.widen')}
          </button>
        )}
      </FoundList>
    </>
  );
}
