import { useState } from 'preact/hooks';
import type { ReportedSubject } from '../../../client/moderation.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import type { Act } from './pane.js';
import { DecideSheet } from './decide-sheet.js';
import { Evidence } from './evidence.js';
import { Pane } from './pane.js';
import { PersonLine } from './person-line.js';
import { Sanctions } from './sanctions.js';
import { Trail } from './trail.js';
import { useModeration } from './use-moderation.js';

/** One report: what it is about, who has it, what was decided, and what was done so far. */
export function ReportPane({ id, onAct }: { id: string; onAct: () => void }) {
  const { t } = useLanguage();
  const { moderation } = useModeration();
  return (
    <Pane
      name={`report ${id}`}
      title={t('moderation.one.reports')}
      back="/moderation/reports"
      load={() => moderation.getReport(id)}
      onAct={onAct}
    >
      {(subject, acts) => <Shown subject={subject} {...acts} />}
    </Pane>
  );
}

function Shown({ subject, busy, act }: { subject: ReportedSubject; busy: boolean; act: Act }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { report, alike } = subject.inQueue;
  return (
    <div class="page narrow moderation-one">
      <header>
        <h2>{t(`report.reason.${report.reason}`)}</h2>
        <p class="queue-facts">
          {t(`moderation.target.${report.targetType}`)} ·{' '}
          <time dateTime={report.createdAt}>{format.meeting(report.createdAt)}</time>
          {alike > 1 && ` · ${t('moderation.alike', alike)}`}
        </p>
        {report.note && <blockquote class="moderation-note">{report.note}</blockquote>}
      </header>
      <Decision subject={subject} busy={busy} act={act} />
      <section>
        <h3 class="section-title">{t('moderation.evidence')}</h3>
        <Evidence subject={subject} busy={busy} act={act} />
      </section>
      <section>
        <h3 class="section-title">{t('moderation.people')}</h3>
        <PersonLine user={subject.user} role={t('moderation.accused')} />
        {subject.reporter && <PersonLine user={subject.reporter} role={t('moderation.reporter')} />}
      </section>
      <Sanctions user={subject.user} sanctions={subject.sanctions} busy={busy} act={act} />
      {subject.trail && <Trail entries={subject.trail} />}
    </div>
  );
}

/** Who has it and what can be done with it; once it is decided, how. */
function Decision({ subject, busy, act }: { subject: ReportedSubject; busy: boolean; act: Act }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { moderation, me } = useModeration();
  const [deciding, setDeciding] = useState(false);
  const { report, claim, decision } = subject.inQueue;
  if (decision)
    return (
      <div class="moderation-state is-decided">
        <p>
          <strong>{t(`moderation.verdict.${decision.verdict}`)}</strong>
          {decision.days !== undefined && ` · ${t('moderation.forDays', decision.days)}`}
          {decision.reason && ` · ${t(`report.reason.${decision.reason}`)}`}
        </p>
        <p class="queue-facts">
          {t('moderation.decidedBy', decision.byName ?? decision.by, format.meeting(decision.at))}
        </p>
        {decision.note && <p>{decision.note}</p>}
      </div>
    );
  const isMine = claim?.by === me;
  if (claim && !isMine)
    return (
      <div class="moderation-state is-taken" role="status">
        <p>{t('moderation.taken', claim.byName ?? claim.by, format.clock(claim.until))}</p>
        <button type="button" class="button" disabled={busy} onClick={() => void act(nothing)}>
          {t('moderation.lookAgain')}
        </button>
      </div>
    );
  return (
    <div class="moderation-state">
      <p class="queue-facts">
        {claim ? t('moderation.mineUntil', format.clock(claim.until)) : t('moderation.free')}
      </p>
      <div class="moderation-acts">
        <button
          type="button"
          class="button"
          disabled={busy}
          onClick={() =>
            void act(() =>
              isMine ? moderation.releaseReport(report.id) : moderation.claimReport(report.id),
            )
          }
        >
          {t(isMine ? 'moderation.release' : 'moderation.claim')}
        </button>
        <button
          type="button"
          class="button button-primary"
          disabled={busy}
          aria-haspopup="dialog"
          onClick={() => setDeciding(true)}
        >
          {t('moderation.decide')}
        </button>
      </div>
      {deciding && (
        <DecideSheet
          report={report}
          name={subject.user.nickname}
          onDecide={(decided) =>
            act(() => moderation.decideReport(report.id, decided), t('moderation.done'))
          }
          onClose={() => setDeciding(false)}
        />
      )}
    </div>
  );
}

const nothing = () => Promise.resolve();
