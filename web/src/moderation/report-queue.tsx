import { useState } from 'preact/hooks';
import { Link } from 'wouter';
import {
  reportReasons,
  type ReportInQueue,
  type ReportReason,
  type ReportTarget,
} from '../../../client/moderation.js';
import { usePages } from '../app/use-pages.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { ChipSelect } from '../parts/chip-select.js';
import { Empty } from '../parts/empty.js';
import { Icon, type IconName } from '../parts/icon.js';
import { Listed } from '../parts/listed.js';
import { useModeration } from './use-moderation.js';

interface Filter {
  state: 'open' | 'decided';
  targetType?: ReportTarget | undefined;
  reason?: ReportReason | undefined;
}
const targets: readonly ReportTarget[] = ['listing', 'user', 'message'];

/** Reports that wait, the oldest first, or the decided ones; of one kind of target or reason. */
export function ReportQueue(props: { acts: number; openId: string | undefined }) {
  const { t } = useLanguage();
  const [filter, setFilter] = useState<Filter>({ state: 'open' });
  return (
    <>
      <div class="chips moderation-filter" role="group" aria-label={t('filter.title')}>
        {(['open', 'decided'] as const).map((state) => (
          <button
            key={state}
            type="button"
            class="chip-button"
            aria-pressed={filter.state === state}
            onClick={() => setFilter({ ...filter, state })}
          >
            {t(`moderation.${state}`)}
          </button>
        ))}
        <ChipSelect
          title={t('moderation.target')}
          any={t('moderation.anyTarget')}
          all={targets.map((id) => ({ id, name: t(`moderation.target.${id}`) }))}
          chosen={filter.targetType}
          onChoose={(targetType) => setFilter({ ...filter, targetType })}
        />
        <ChipSelect
          title={t('moderation.why')}
          any={t('moderation.anyReason')}
          all={reportReasons.map((id) => ({ id, name: t(`report.reason.${id}`) }))}
          chosen={filter.reason}
          onChoose={(reason) => setFilter({ ...filter, reason })}
        />
      </div>
      <Found
        key={`${JSON.stringify(filter)} ${props.acts}`}
        filter={filter}
        openId={props.openId}
      />
    </>
  );
}

function Found({ filter, openId }: { filter: Filter; openId: string | undefined }) {
  const { t } = useLanguage();
  const { moderation } = useModeration();
  const found = usePages(`reports ${JSON.stringify(filter)}`, (page) =>
    moderation.listReports({ ...filter, ...page }),
  );
  const narrowed = filter.targetType !== undefined || filter.reason !== undefined;
  const none = t(narrowed ? 'moderation.noneSuch' : `moderation.none.${filter.state}`);
  return (
    <div class="scroll">
      <Listed found={found} none={<Empty text={none} />} forbidden={t('moderation.forbidden')}>
        {(reports) => (
          <ul>
            {reports.map((one) => (
              <Row key={one.report.id} inQueue={one} open={one.report.id === openId} />
            ))}
          </ul>
        )}
      </Listed>
    </div>
  );
}

const icons: Record<ReportTarget, IconName> = { listing: 'tag', user: 'me', message: 'chats' };

function Row({ inQueue, open }: { inQueue: ReportInQueue; open: boolean }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { me } = useModeration();
  const { report, alike, claim, decision } = inQueue;
  return (
    <li>
      <Link
        href={`/moderation/reports/${report.id}`}
        class="queue-row"
        aria-current={open ? 'true' : undefined}
      >
        <Icon name={icons[report.targetType]} />
        <span class="queue-words">
          <strong>{t(`report.reason.${report.reason}`)}</strong>
          <span class="queue-facts">
            {t(`moderation.target.${report.targetType}`)} ·{' '}
            <time dateTime={report.createdAt}>{format.ago(report.createdAt)}</time>
          </span>
          {report.note && <span class="queue-note">{report.note}</span>}
          <span class="queue-chips">
            {alike > 1 && <span class="chip">{t('moderation.alike', alike)}</span>}
            {claim && !decision && (
              <span class={`chip ${claim.by === me ? 'chip-reserved' : 'chip-onSale'}`}>
                {claim.by === me
                  ? t('moderation.mine')
                  : t('moderation.theirs', claim.byName ?? claim.by)}
              </span>
            )}
            {decision && (
              <span class="chip chip-reserved">{t(`moderation.verdict.${decision.verdict}`)}</span>
            )}
          </span>
        </span>
      </Link>
    </li>
  );
}
