import { useMemo } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';
import { translator, type TranslateBy } from '../i18n/messages.js';
import { operatorEn } from '../i18n/operator-en.js';
import { operatorKo } from '../i18n/operator-ko.js';

export type Say = TranslateBy<typeof operatorKo>;

/** The sentences of this area: loaded with it, since few ever read them. */
export function useWords(): Say {
  const { language } = useLanguage();
  return useMemo(() => translator(language === 'ko' ? operatorKo : operatorEn), [language]);
}
