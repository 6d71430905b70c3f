import { useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useLoad } from '../app/use-load.js';
import { useLanguage } from '../i18n/language.js';
import type { PushState } from './web-push.js';

/** Turns notifications of this browser on and off. The browser asks for permission after the tap, never before. */
export function PushSwitch() {
  const { push } = useHaggle();
  const { t, language } = useLanguage();
  const toast = useToast();
  const { value, learn } = useLoad('push', () => push.state(language), language);
  const [busy, setBusy] = useState(false);
  const state = value ?? push.lastState();
  if (state === 'unavailable') return null;
  const change = (act: () => Promise<PushState>) => {
    setBusy(true);
    act()
      .then(learn, () => toast(t('push.failed')))
      .finally(() => setBusy(false));
  };
  return (
    <section class="push-switch" data-push={state} aria-label={t('push.title')}>
      <div>
        <h2 class="push-title">{t('push.title')}</h2>
        <p class="push-hint">{t(`push.${state}`)}</p>
      </div>
      {state === 'off' && (
        <button
          type="button"
          class="button"
          disabled={busy}
          onClick={() => change(() => push.turnOn(language))}
        >
          {t('push.turnOn')}
        </button>
      )}
      {state === 'on' && (
        <button
          type="button"
          class="button-text"
          disabled={busy}
          onClick={() => change(() => push.turnOff())}
        >
          {t('push.turnOff')}
        </button>
      )}
    </section>
  );
}
