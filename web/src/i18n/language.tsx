import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { en } from './en.js';
import { ko } from './ko.js';
import { translator, type Translate } from './messages.js';

export type Language = 'ko' | 'en';

interface Speech {
  language: Language;
  t: Translate;
  setLanguage: (language: Language) => void;
}

const storageKey = 'haggle.language';
const tables = { ko, en };
const Context = createContext<Speech>({
  language: 'ko',
  t: translator(ko),
  setLanguage: () => undefined,
});

/** Korean unless English was chosen here before. */
export function LanguageProvider({ children }: { children: ComponentChildren }) {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem(storageKey) === 'en' ? 'en' : 'ko',
  );
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(storageKey, language);
  }, [language]);
  const speech = useMemo(
    () => ({ language, t: translator(tables[language]), setLanguage }),
    [language],
  );
  return <Context.Provider value={speech}>{children}</Context.Provider>;
}

export const useLanguage = () => useContext(Context);
