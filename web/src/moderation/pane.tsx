import type { VNode } from 'preact';
import { useLoad } from '../app/use-load.js';
import { useToast } from '../app/toast.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { Loaded } from '../parts/listed.js';
import { ScreenBar } from '../parts/screen-bar.js';

/**
 * Does something, says so (`done`), and shows what is there then: also after a refusal, since somebody else may have
 * acted.
 */
export type Act = (does: () => Promise<unknown>, done?: string) => Promise<void>;

interface PaneProps<T> {
  /** What it is, among all that is loaded. */
  name: string;
  title: string;
  back: string;
  load: () => Promise<T>;
  /** Called after each act, whatever came of it. */
  onAct: () => void;
  children: (value: T, acts: { busy: boolean; act: Act }) => VNode;
}

/** One case of the queue beside its list: loaded, and again after each act. */
export function Pane<T>({ name, title, back, load, onAct, children }: PaneProps<T>) {
  const { t } = useLanguage();
  const toast = useToast();
  const loaded = useLoad(name, load);
  const { busy, ...work } = useWork();
  const act: Act = async (does, done) => {
    if ((await work.act(does)) && done !== undefined) toast(done);
    loaded.reload();
    onAct();
  };
  return (
    <>
      <ScreenBar title={title} back={back} />
      <div class="scroll">
        <Loaded load={loaded} forbidden={t('moderation.forbidden')}>
          {(value) => children(value, { busy, act })}
        </Loaded>
      </div>
    </>
  );
}
