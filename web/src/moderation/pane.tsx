import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLoad } from '../app/use-load.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { ScreenBar } from '../parts/screen-bar.js';
import type { Act } from './act.js';
import { Refused } from './refused.js';

interface PaneProps<T> {
  id: string;
  title: string;
  back: string;
  load: () => Promise<T>;
  /** Called after each act, whatever came of it. */
  onAct: () => void;
  children: (value: T, acts: { busy: boolean; act: Act }) => VNode;
}

/** One case of the queue beside its list: loaded, and again after each act. */
export function Pane<T>({ id, title, back, load, onAct, children }: PaneProps<T>) {
  const { t } = useLanguage();
  const toast = useToast();
  const { value, error, reload } = useLoad(id, load);
  const [busy, setBusy] = useState(false);
  const act: Act = async (does, done) => {
    setBusy(true);
    try {
      await does();
      if (done !== undefined) toast(done);
    } catch (thrown) {
      toast(describeError(thrown, t));
    }
    setBusy(false);
    reload();
    onAct();
  };
  return (
    <>
      <ScreenBar title={title} back={back} />
      <div class="scroll">
        {Boolean(error) && <Refused error={error} onRetry={reload} />}
        {!value && !error && <p class="feed-end">{t('common.loading')}</p>}
        {value && children(value, { busy, act })}
      </div>
    </>
  );
}
