import { useEffect, useState } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';

/** Says that there is a new build. Nobody has to reload for it: what is typed stays, here and after the reload. */
export function UpdateBar() {
  const { t } = useLanguage();
  const [update, setUpdate] = useState<{ reload: () => void }>();
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const watch = async () => {
      const registration = await navigator.serviceWorker.ready;
      const { watchBuilds } = await import('../app/new-build.js');
      watchBuilds(registration, (reload) => setUpdate({ reload }));
    };
    void watch().catch(() => undefined);
  }, []);
  return (
    <div role="status" class={update ? 'update-bar' : undefined}>
      {update && (
        <>
          <span>{t('update.there')}</span>
          <button type="button" class="button-text" onClick={update.reload}>
            {t('update.reload')}
          </button>
        </>
      )}
    </div>
  );
}
