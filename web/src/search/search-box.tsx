import { useEffect, useRef, useState } from 'preact/hooks';
import type { Category } from '../../../client/index.js';
import type { SearchSuggestions } from '../../../client/market.js';
import { limits } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { useCategories } from '../parts/use-categories.js';
import type { useRecentSearches } from './recent-searches.js';

/** So long nobody types before suggestions are asked for, in milliseconds. */
const pauseMs = 150;

/** The search box: what was searched for lately while it is empty, suggestions while it is typed in. */
export function SearchBox(props: {
  q: string;
  recent: ReturnType<typeof useRecentSearches>;
  onSearch: (q: string) => void;
  onCategory: (category: Category) => void;
}) {
  const { recent, onSearch } = props;
  const { t } = useLanguage();
  const [text, setText] = useState(props.q);
  const [open, setOpen] = useState(props.q === '');
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const { words, categories } = useSuggestions(open ? text.trim() : '');
  const names = useCategories();
  useEffect(() => setText(props.q), [props.q]);
  useEffect(() => {
    if (props.q === '') input.current?.focus();
  }, []);
  const search = (q: string) => {
    setText(q);
    setOpen(false);
    input.current?.blur();
    if (q.trim() !== '') onSearch(q.trim());
  };
  const empty = text.trim() === '';
  const lines = empty ? recent.recent : words;
  const count = lines.length + categories.length;
  const shown = open && count > 0;
  return (
    <form
      class="search-box"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        search(text);
      }}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setOpen(false);
        if (event.isComposing || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
        const stops = [input.current, ...(list.current?.querySelectorAll('.search-line') ?? [])];
        const at = stops.indexOf(document.activeElement);
        const next = stops[at + (event.key === 'ArrowDown' ? 1 : -1)];
        if (next) event.preventDefault();
        (next as HTMLElement | undefined)?.focus();
      }}
    >
      <div class="search-field">
        <Icon name="search" />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-haspopup="dialog"
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={shown ? 'search-lines' : undefined}
          enterKeyHint="search"
          autoComplete="off"
          maxLength={limits.searchLength}
          aria-label={t('search.title')}
          placeholder={t('search.placeholder')}
          value={text}
          onFocus={() => setOpen(true)}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setOpen(true);
          }}
        />
        {text !== '' && (
          <button
            type="button"
            class="button-icon"
            aria-label={t('search.clear')}
            onClick={() => {
              setText('');
              input.current?.focus();
            }}
          >
            <Icon name="cross" />
          </button>
        )}
      </div>
      <p class="visually-hidden" role="status">
        {shown && !empty && t('search.suggested', count)}
      </p>
      {shown && (
        <div
          id="search-lines"
          class="search-lines"
          role="dialog"
          aria-label={t(empty ? 'search.recent' : 'search.suggestions')}
          // Safari gives a pressed button no focus: without this the list would close before the click.
          onPointerDown={(event) => event.preventDefault()}
        >
          {empty && (
            <div class="search-lines-head">
              <h2>{t('search.recent')}</h2>
              <button type="button" class="button-text" onClick={recent.clear}>
                {t('search.forgetAll')}
              </button>
            </div>
          )}
          <ul ref={list}>
            {categories.map((id) => (
              <li key={id}>
                <button
                  type="button"
                  class="search-line"
                  onClick={() => {
                    setText('');
                    setOpen(false);
                    input.current?.blur();
                    props.onCategory(id);
                  }}
                >
                  <Icon name="tag" />
                  <span>{names.find((one) => one.id === id)?.name ?? id}</span>
                  <small>{t('search.category')}</small>
                </button>
              </li>
            ))}
            {lines.map((line) => (
              <li key={line}>
                <button type="button" class="search-line" onClick={() => search(line)}>
                  <Icon name={empty ? 'clock' : 'search'} />
                  <span>{line}</span>
                </button>
                {empty && (
                  <button
                    type="button"
                    class="button-icon"
                    aria-label={t('search.forget', line)}
                    onClick={() => recent.remove(line)}
                  >
                    <Icon name="cross" />
                  </button>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
    </form>
  );
}

const none: SearchSuggestions = { words: [], categories: [] };

/** Those for the last text that was paused at; what comes late for an earlier one is thrown away. */
function useSuggestions(text: string): SearchSuggestions {
  const { market } = useHaggle();
  const [known, setKnown] = useState(none);
  useEffect(() => {
    if (text === '') return setKnown(none);
    let late = false;
    const timer = setTimeout(() => {
      market.suggestSearches(text).then(
        (found) => late || setKnown(found),
        // Without suggestions one can still search.
        () => late || setKnown(none),
      );
    }, pauseMs);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [text]);
  return known;
}
