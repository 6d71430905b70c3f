import { useLanguage } from '../i18n/language.js';
import { useWork } from '../app/use-work.js';
import { useFollowing } from './use-following.js';

/** Follows a seller, to hear of what they list, or no more. */
export function FollowButton({ userId }: { userId: string }) {
  const { t } = useLanguage();
  const [on, change] = useFollowing(userId);
  const { busy, act } = useWork();
  if (on === undefined) return null;
  return (
    <button
      type="button"
      class="chip-button follow"
      aria-pressed={on}
      disabled={busy}
      onClick={() => void act(() => change(!on))}
    >
      {t(on ? 'follow.on' : 'follow.button')}
    </button>
  );
}
