import { useLanguage } from '../i18n/language.js';

/** A time to the second, as it stands in logs. */
export function ExactTime({ at }: { at: string }) {
  const { language } = useLanguage();
  const words = new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  }).format(new Date(at));
  return <time dateTime={at}>{words}</time>;
}
