import { useState } from 'preact/hooks';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFollowing } from './use-following.js';

/** Follows a seller, to hear of what they list, or no more. */
export function FollowButton({ userId }: { userId: string }) {
  const { t } = useLanguage();
  const toast = useToast();
  const [on, change] = useFollowing(userId);
  const [busy, setBusy] = useState(false);
  if (on === undefined) return null;
  const toggle = () => {
    setBusy(true);
    change(!on)
      .catch((error: unknown) => toast(describeError(error, t)))
      .finally(() => setBusy(false));
  };
  return (
    <button
      type="button"
      class="chip-button follow"
      aria-pressed={on}
      disabled={busy}
      onClick={toggle}
    >
      {t(on ? 'follow.on' : 'follow.button')}
    </button>
  );
}
