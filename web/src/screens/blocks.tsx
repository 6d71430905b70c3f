import { useState } from 'preact/hooks';
import type { Replies } from '../../../client/contract-types.js';
import { useHaggle } from '../app/haggle-context.js';
import { usePages } from '../app/use-pages.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Avatar } from '../parts/avatar.js';
import { Empty } from '../parts/empty.js';
import { Listed } from '../parts/listed.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { forgetFound } from '../search/use-found.js';

type Block = Replies['listBlocks']['items'][number];

/** Whom one has blocked, and the way back. */
export function BlocksScreen() {
  const { t } = useLanguage();
  return (
    <div class="with-bar">
      <ScreenBar title={t('blocks.title')} back="/me/account" />
      <div class="scroll">
        <div class="page">
          <Blocks />
        </div>
      </div>
    </div>
  );
}

function Blocks() {
  const { market, memory } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const found = usePages('blocks', (page) => market.listBlocks(page));
  const unblock = async ({ user }: Block) => {
    try {
      await market.unblockUser(user.id);
      found.change((all) => all.filter((one) => one.user.id !== user.id));
      forgetFound(memory);
      toast(t('blocks.undone', nameOf(user, t)));
    } catch (thrown) {
      toast(describeError(thrown, t));
    }
  };
  return (
    <Listed found={found} none={<Empty text={t('blocks.none')} />}>
      {(blocks) => (
        <ul class="sessions">
          {blocks.map((block) => (
            <BlockLine key={block.user.id} block={block} onUndo={() => unblock(block)} />
          ))}
        </ul>
      )}
    </Listed>
  );
}

function BlockLine({ block, onUndo }: { block: Block; onUndo: () => Promise<void> }) {
  const { t } = useLanguage();
  const format = useFormat();
  const [busy, setBusy] = useState(false);
  const { user, createdAt } = block;
  const name = nameOf(user, t);
  return (
    <li class="person">
      <Avatar user={user} />
      <div>
        <p class="person-name">{name}</p>
        <p class="person-role">{t('blocks.since', format.date(createdAt))}</p>
      </div>
      <button
        type="button"
        class="button"
        disabled={busy}
        aria-label={t('blocks.undoOf', name)}
        onClick={() => {
          setBusy(true);
          void onUndo().finally(() => setBusy(false));
        }}
      >
        {t('blocks.undo')}
      </button>
    </li>
  );
}
