import { useState } from 'preact/hooks';
import type { Session } from '../../../client/account.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Confirm } from '../parts/confirm.js';
import { Loaded } from '../parts/listed.js';

/** The devices on which one is signed in, and the way out on each and on all. */
export function Sessions() {
  const { account, push, signOut } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [leaving, setLeaving] = useState(false);
  const load = useLoad('sessions', () => account.listSessions());
  const end = ({ id }: Session) =>
    account.endSession(id).then(
      () => {
        toast(t('account.sessionEnded'));
        load.reload();
      },
      (refused: unknown) => toast(describeError(refused, t)),
    );
  const leaveAll = async () => {
    try {
      await push.turnOff().catch(() => undefined);
      await account.logOutAll();
      await signOut();
    } catch (refused) {
      toast(describeError(refused, t));
    }
  };
  return (
    <section aria-labelledby="devices">
      <h2 id="devices" class="section-title">
        {t('account.devices')}
      </h2>
      <Loaded load={load}>
        {({ items }) => (
          <ul class="sessions">
            {items.map((session) => (
              <OneSession key={session.id} session={session} onEnd={() => void end(session)} />
            ))}
          </ul>
        )}
      </Loaded>
      <button
        type="button"
        class="button-text"
        aria-haspopup="dialog"
        onClick={() => setLeaving(true)}
      >
        {t('account.logOutAll')}
      </button>
      {leaving && (
        <Confirm
          title={t('account.logOutAllTitle')}
          hint={t('account.logOutAllHint')}
          yes={t('account.endSession')}
          onYes={leaveAll}
          onClose={() => setLeaving(false)}
        />
      )}
    </section>
  );
}

function OneSession({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { t } = useLanguage();
  const format = useFormat();
  const name = session.name ?? t('account.unknownDevice');
  return (
    <li class="session">
      <div>
        <p class="session-name">{name}</p>
        <p class="session-used">
          {session.current ? (
            <b>{t('account.thisDevice')}</b>
          ) : (
            t('account.usedAt', format.ago(session.lastUsedAt))
          )}
        </p>
      </div>
      {!session.current && (
        <button
          type="button"
          class="button"
          aria-label={t('account.endSessionOf', name)}
          onClick={onEnd}
        >
          {t('account.endSession')}
        </button>
      )}
    </li>
  );
}
