import type { Review } from '../../../client/market.js';
import { useLanguage } from '../i18n/language.js';
import { Face } from './face.js';

/** What somebody said: the face, the taps, the words. */
export function ReviewView(props: {
  title: string;
  review: Pick<Review, 'rating' | 'tags' | 'text'>;
  /** When and about what. */
  facts?: string;
}) {
  const { t } = useLanguage();
  const { rating, tags, text } = props.review;
  return (
    <article class="review">
      <p class="review-head">
        <strong>{props.title}</strong>
        <span class={`review-rating is-${rating}`}>
          <Face rating={rating} />
          {t(`rating.${rating}`)}
        </span>
      </p>
      {tags.length > 0 && (
        <p class="review-tags">
          {tags.map((tag) => (
            <span key={tag} class="chip">
              {t(`tag.${tag}`)}
            </span>
          ))}
        </p>
      )}
      {text && <p class="review-text">{text}</p>}
      {props.facts && <p class="review-facts">{props.facts}</p>}
    </article>
  );
}
