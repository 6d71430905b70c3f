import { themes, useTheme } from '../app/theme.js';
import { useLanguage, type Language } from '../i18n/language.js';

const languages: Record<Language, string> = { ko: '한국어', en: 'English' };

/** How the app looks on this device: its theme and, where no bar offers it, its language. */
export function Look() {
  const { t, language, setLanguage } = useLanguage();
  const [theme, setTheme] = useTheme();
  return (
    <section class="look" aria-label={t('look.title')}>
      <Segments
        title={t('look.theme')}
        chosen={theme}
        all={themes.map((one) => ({ id: one, name: t(`look.${one}`) }))}
        onChoose={setTheme}
      />
      <div class="phone-only">
        <Segments
          title={t('look.language')}
          chosen={language}
          all={(['ko', 'en'] as const).map((one) => ({
            id: one,
            name: languages[one],
            lang: one,
          }))}
          onChoose={(next) => void setLanguage(next)}
        />
      </div>
    </section>
  );
}

/** A few choices side by side, of which one is taken. */
function Segments<T extends string>(props: {
  title: string;
  all: readonly { id: T; name: string; lang?: string }[];
  chosen: T;
  onChoose: (one: T) => void;
}) {
  return (
    <fieldset class="segments">
      <legend>{props.title}</legend>
      <div>
        {props.all.map(({ id, name, lang }) => (
          <label key={id} lang={lang}>
            <input
              type="radio"
              name={props.title}
              checked={props.chosen === id}
              onChange={() => props.onChoose(id)}
            />
            <span>{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
