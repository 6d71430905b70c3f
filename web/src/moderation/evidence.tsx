import type { ReportedSubject } from '../../../client/moderation.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Empty } from '../parts/empty.js';
import { StateChip } from '../parts/state-chip.js';
import type { Act } from './pane.js';
import { Talk } from './talk.js';
import { useModeration } from './use-moderation.js';

/** What was reported, as it is now: a listing, a message among what was said around it, or a person. */
export function Evidence({
  subject,
  busy,
  act,
}: {
  subject: ReportedSubject;
  busy: boolean;
  act: Act;
}) {
  const { t } = useLanguage();
  const { inQueue, listing, message, around = [], original, user, reporter } = subject;
  if (listing) return <ReportedListing listing={listing} busy={busy} act={act} />;
  if (message) {
    const messages = [...around, message].sort((one, other) => one.seq - other.seq);
    return (
      <>
        <Talk
          messages={messages}
          people={reporter ? [user, reporter] : [user]}
          reportedId={message.id}
        />
        {original !== undefined && original !== message.text && (
          <p class="moderation-note">{t('moderation.original', original)}</p>
        )}
      </>
    );
  }
  return inQueue.report.targetType === 'user' ? (
    <p>{t('moderation.wholePerson', user.nickname)}</p>
  ) : (
    <Empty text={t('moderation.gone')} />
  );
}

function ReportedListing(props: {
  listing: NonNullable<ReportedSubject['listing']>;
  busy: boolean;
  act: Act;
}) {
  const { t } = useLanguage();
  const format = useFormat();
  const { moderation } = useModeration();
  const { id, title, description, price, state, images = [] } = props.listing;
  return (
    <article class="moderation-listing">
      <h4>
        {title} <StateChip state={state} always />
      </h4>
      <p class="moderation-price">{format.price(price)}</p>
      {images.length > 0 && (
        <ul class="moderation-photos">
          {images.map((image, index) => (
            <li key={image.id}>
              <a href={image.urls.full} target="_blank" rel="noopener">
                <img src={image.urls.thumb} alt={t('room.photo', index + 1)} loading="lazy" />
              </a>
            </li>
          ))}
        </ul>
      )}
      {description && <p class="moderation-words">{description}</p>}
      {state === 'blinded' && (
        <button
          type="button"
          class="button"
          disabled={props.busy}
          onClick={() =>
            void props.act(() => moderation.unblindListing(id), t('moderation.shownAgain'))
          }
        >
          {t('moderation.showAgain')}
        </button>
      )}
    </article>
  );
}
