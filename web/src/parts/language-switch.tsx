import { useLanguage, type Language } from '../i18n/language.js';

const names: Record<Language, string> = { ko: '한국어', en: 'English' };

/** One button that names the other language, in that language. */
export function LanguageSwitch() {
  const { language, setLanguage } = useLanguage();
  const other = language === 'ko' ? 'en' : 'ko';
  return (
    <button type="button" class="button-text" lang={other} onClick={() => void setLanguage(other)}>
      {names[other]}
    </button>
  );
}
