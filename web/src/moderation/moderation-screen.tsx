import { useLoad } from '../app/use-load.js';
import { useLanguage } from '../i18n/language.js';
import { Failure } from '../parts/failure.js';
import type { Place } from './place.js';

/** The moderators' area. Loaded when somebody opens it: few ever do. */
export function ModerationScreen(place: Place) {
  const { t } = useLanguage();
  const { value, error, reload } = useLoad('moderation', () => import('./moderation-area.js'));
  if (error) return <Failure error={error} onRetry={reload} />;
  if (!value) return <p class="feed-end">{t('common.loading')}</p>;
  return <value.ModerationArea {...place} />;
}
