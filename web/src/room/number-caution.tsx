import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { tellsNumber } from './tells-number.js';

/** Cautions the writer of a text that tells a phone or account number. */
export function NumberCaution({ text, live }: { text: string; live?: boolean }) {
  const { t } = useLanguage();
  if (!tellsNumber(text)) return null;
  return (
    // Screen readers hear at once what appears while one types.
    <p class="number-caution" role={live ? 'status' : undefined}>
      <Icon name="shield" />
      {t('room.numberCaution')}
    </p>
  );
}
