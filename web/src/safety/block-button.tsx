import { useState } from 'preact/hooks';
import { useLocation } from 'wouter';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Confirm } from '../parts/confirm.js';
import { forgetFound } from '../search/use-found.js';

/** Ends the conversations with a person and hides each from the other, after a question. */
export function BlockButton({ userId, nickname }: { userId: string; nickname: string }) {
  const { market, memory } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const block = async () => {
    try {
      await market.blockUser(userId);
      forgetFound(memory);
      toast(t('blocks.done', nickname));
      navigate('/me/blocks', { replace: true });
    } catch (error) {
      toast(describeError(error, t));
    }
  };
  return (
    <>
      <button
        type="button"
        class="button-text"
        aria-haspopup="dialog"
        onClick={() => setAsking(true)}
      >
        {t('blocks.block')}
      </button>
      {asking && (
        <Confirm
          title={t('blocks.question', nickname)}
          hint={t('blocks.hint')}
          yes={t('blocks.block')}
          onYes={block}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
