import { useEffect } from 'preact/hooks';
import { HaggleError } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Failure } from '../parts/failure.js';

/** Time until it looks again whether the file is ready. */
const lookEachMs = 3_000;

/** All of one's own data in a file: asked for here, made by the server, and fetched once it is ready. */
export function Export() {
  const { account } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const toast = useToast();
  const { value, error, reload, learn } = useLoad('export', () =>
    account.getExport().catch(nullIfNone),
  );
  const preparing = value?.state === 'preparing';
  useEffect(() => {
    if (!preparing) return;
    const timer = setTimeout(reload, lookEachMs);
    return () => clearTimeout(timer);
  }, [value, error]);
  const say = (error: unknown) => toast(describeError(error, t));
  const start = () => account.startExport().then(learn, say);
  const fetchFile = () => account.downloadExport().then(save, say);
  const line = () => {
    if (preparing) return t('account.exportPreparing');
    return value?.expiresAt
      ? t('account.exportReady', format.date(value.expiresAt))
      : t('account.exportHint');
  };
  return (
    <section aria-labelledby="export">
      <h2 id="export" class="section-title">
        {t('account.export')}
      </h2>
      <p class="sheet-hint" aria-live="polite">
        {line()}
      </p>
      {Boolean(error) && <Failure error={error} onRetry={reload} />}
      {!preparing && (
        <div class="sheet-actions">
          <button
            type="button"
            class="button"
            disabled={value === undefined}
            onClick={() => void start()}
          >
            {t(value ? 'account.exportAgain' : 'account.exportStart')}
          </button>
          {value && (
            <button type="button" class="button button-primary" onClick={() => void fetchFile()}>
              {t('account.exportGet')}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function nullIfNone(error: unknown): null {
  if (error instanceof HaggleError && error.code === 'NOT_FOUND') return null;
  throw error;
}

/** Hands the file to the browser, which puts it where downloads go. */
function save(data: object): void {
  const file = new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = 'haggle.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
