import { useLocation } from 'wouter';
import { hasWayBack } from '../app/use-app-location.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from './icon.js';

/** The browser's way back where the screen was reached inside the app; else it leads to `parent`. */
export function BackButton({ parent }: { parent: string }) {
  const { t } = useLanguage();
  const [, navigate] = useLocation();
  return (
    <button
      type="button"
      class="button-icon"
      aria-label={t('nav.back')}
      onClick={() => (hasWayBack() ? history.back() : navigate(parent, { replace: true }))}
    >
      <Icon name="back" />
    </button>
  );
}
