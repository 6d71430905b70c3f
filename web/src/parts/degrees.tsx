import { Link } from 'wouter';
import type { User } from '../../../client/index.js';
import { tradeLimits } from '../../../client/market.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';

/** Warmer or colder than where everybody starts. */
export const warmthOf = (degrees: number) =>
  degrees > tradeLimits.newcomerDegrees
    ? 'warm'
    : degrees < tradeLimits.newcomerDegrees
      ? 'cold'
      : 'even';

/** The manner temperature of a person, and the way to how it came about. */
export function Degrees({ user }: { user: User }) {
  const { t } = useLanguage();
  const format = useFormat();
  const degrees = user.temperature ?? tradeLimits.newcomerDegrees;
  return (
    <Link
      href={`/people/${user.id}`}
      class={`degrees is-${warmthOf(degrees)}`}
      aria-label={t('person.degreesOf', user.nickname, format.degrees(degrees))}
    >
      {format.degrees(degrees)}
    </Link>
  );
}
