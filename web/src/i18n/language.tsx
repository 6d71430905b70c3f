import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { translator, type Messages, type Translate } from './messages.js';

export type Language = 'ko' | 'en';

/** A language with its sentences. */
export interface Spoken {
  language: Language;
  messages: Messages;
}

interface Speech {
  language: Language;
  t: Translate;
  /** Resolves when its sentences are there. */
  setLanguage: (language: Language) => Promise<void>;
}

const isLanguage = (word: unknown): word is Language => word === 'ko' || word === 'en';

const storageKey = 'haggle.language';
const Context = createContext<Speech | null>(null);

/** Loads the sentences of one language: a reader needs no other. */
export async function speak(language: Language): Promise<Spoken> {
  const messages = language === 'en' ? (await import('./en.js')).en : (await import('./ko.js')).ko;
  return { language, messages };
}

/** The language that a link asks for (`lang=`), that was chosen here before, or that the browser prefers; else English. */
export function firstLanguage(): Language {
  const wanted = [
    new URLSearchParams(location.search).get('lang'),
    localStorage.getItem(storageKey),
    ...navigator.languages,
  ];
  for (const tag of wanted) {
    const [language] = (tag ?? '').toLowerCase().split('-');
    if (isLanguage(language)) return language;
  }
  return 'en';
}

export function LanguageProvider(props: { first: Spoken; children: ComponentChildren }) {
  const [{ language, messages }, setSpoken] = useState(props.first);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(storageKey, language);
  }, [language]);
  useEffect(() => {
    // Chosen in another tab.
    const listen = ({ key, newValue }: StorageEvent) => {
      if (key === storageKey && isLanguage(newValue)) void speak(newValue).then(setSpoken);
    };
    addEventListener('storage', listen);
    return () => removeEventListener('storage', listen);
  }, []);
  const speech = useMemo(
    () => ({
      language,
      t: translator(messages),
      setLanguage: async (next: Language) => setSpoken(await speak(next)),
    }),
    [language, messages],
  );
  return <Context.Provider value={speech}>{props.children}</Context.Provider>;
}

/** Works below {@link LanguageProvider}. */
export const useLanguage = (): Speech => useContext(Context)!;
