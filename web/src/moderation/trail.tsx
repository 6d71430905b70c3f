import type { AuditEntry } from '../../../client/moderation.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';

const acts = [
  'claimReport',
  'releaseReport',
  'decideReport',
  'blindListing',
  'unblindListing',
  'sanctionUser',
] as const;

/** What was done about it so far, by whom: nothing in it is ever changed. */
export function Trail({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useLanguage();
  const format = useFormat();
  const nameOf = (what: string) => {
    const act = acts.find((one) => one === what);
    return act ? t(`moderation.act.${act}`) : what;
  };
  return (
    <section>
      <h3 class="section-title">{t('moderation.trail')}</h3>
      {entries.length === 0 && <p class="queue-facts">{t('moderation.noTrail')}</p>}
      <ol class="moderation-lines">
        {entries.map(({ id, at, by, byName, what }) => (
          <li key={id}>
            <strong>{nameOf(what)}</strong> · {byName ?? by}
            <span class="queue-facts">
              <time dateTime={at}>{format.meeting(at)}</time>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
