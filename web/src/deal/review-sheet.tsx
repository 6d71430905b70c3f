import { useState } from 'preact/hooks';
import {
  criticismTags,
  praiseTags,
  tradeLimits,
  type Deal,
  type Rating,
  type ReviewTag,
} from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { newId } from '../app/new-id.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { Face } from '../parts/face.js';
import { Sheet } from '../parts/sheet.js';

const ratings: readonly Rating[] = ['bad', 'good', 'great'];

/** What one says of the other side after a deal. */
export function ReviewSheet(props: {
  deal: Deal;
  name: string;
  onDone: () => void;
  onClose: () => void;
}) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const [rating, setRating] = useState<Rating>();
  const [tags, setTags] = useState<readonly ReviewTag[]>([]);
  const [text, setText] = useState('');
  const { busy, error, send } = useWork();
  // One id for each wording: the same one sent again after a lost answer is the same review.
  const [intents] = useState(() => new Map<string, string>());
  const rate = (next: Rating) => {
    if ((next === 'bad') !== (rating === 'bad')) setTags([]);
    setRating(next);
  };
  const toggle = (tag: ReviewTag) =>
    setTags((old) =>
      old.includes(tag)
        ? old.filter((one) => one !== tag)
        : [...old, tag].slice(-tradeLimits.reviewTags),
    );
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!rating || busy) return;
    const said = text.trim();
    const words = { rating, tags: [...tags], ...(said ? { text: said } : {}) };
    const wording = JSON.stringify(words);
    const clientMessageId = intents.get(wording) ?? newId();
    intents.set(wording, clientMessageId);
    if (!(await send(() => market.writeReview(props.deal.id, { ...words, clientMessageId }))))
      return;
    props.onDone();
    props.onClose();
  };
  return (
    <Sheet title={t('review.title', props.name)} onClose={props.onClose}>
      <form class="review-form" noValidate onSubmit={(event) => void submit(event)}>
        <div class="faces" role="group" aria-label={t('review.rating')}>
          {ratings.map((one) => (
            <button
              key={one}
              type="button"
              class={`face-button is-${one}`}
              aria-pressed={rating === one}
              onClick={() => rate(one)}
            >
              <Face rating={one} />
              {t(`rating.${one}`)}
            </button>
          ))}
        </div>
        {rating && (
          <div class="tags" role="group" aria-label={t('review.tags')}>
            {(rating === 'bad' ? criticismTags : praiseTags).map((tag) => (
              <button
                key={tag}
                type="button"
                class="chip-button"
                aria-pressed={tags.includes(tag)}
                onClick={() => toggle(tag)}
              >
                {t(`tag.${tag}`)}
              </button>
            ))}
          </div>
        )}
        <label class="field">
          <span class="field-label">{t('review.text')}</span>
          <textarea
            rows={3}
            maxLength={tradeLimits.reviewTextLength}
            value={text}
            placeholder={t('review.textPlaceholder')}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        {error && (
          <p class="form-error" role="alert">
            {error}
          </p>
        )}
        <button type="submit" class="button button-primary button-wide" disabled={!rating || busy}>
          {t('review.submit')}
        </button>
        <p class="offer-rule">{t('review.blind', tradeLimits.reviewDays)}</p>
      </form>
    </Sheet>
  );
}
