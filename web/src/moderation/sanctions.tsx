import type { User } from '../../../client/index.js';
import type { Sanction } from '../../../client/moderation.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import type { Act } from './pane.js';
import { useModeration } from './use-moderation.js';

const inForce = ({ kind, until, liftedAt }: Sanction): boolean =>
  kind !== 'warning' &&
  liftedAt === undefined &&
  (until === undefined || Date.parse(until) > Date.now());

/** What was laid upon a person so far, and the way to lift what is in force. */
export function Sanctions(props: {
  user: User;
  sanctions: readonly Sanction[];
  busy: boolean;
  act: Act;
}) {
  const { t } = useLanguage();
  const format = useFormat();
  const { moderation } = useModeration();
  const { user, sanctions } = props;
  return (
    <section>
      <h3 class="section-title">{t('moderation.sanctions')}</h3>
      {sanctions.length === 0 && <p class="queue-facts">{t('moderation.noSanctions')}</p>}
      <ul class="moderation-lines">
        {sanctions.map((one) => (
          <li key={one.id}>
            <strong>{t(`moderation.sanction.${one.kind}`)}</strong> ·{' '}
            {t(`report.reason.${one.reason}`)}
            <span class="queue-facts">
              {format.meeting(one.at)}
              {one.until && ` · ${t('moderation.until', format.meeting(one.until))}`}
              {one.liftedAt && ` · ${t('moderation.lifted')}`}
            </span>
          </li>
        ))}
      </ul>
      {sanctions.some(inForce) && (
        <button
          type="button"
          class="button"
          disabled={props.busy}
          onClick={() =>
            void props.act(
              () => moderation.sanctionUser(user.id, { kind: 'none' }),
              t('moderation.liftedNow'),
            )
          }
        >
          {t('moderation.lift')}
        </button>
      )}
    </section>
  );
}
