import type { Me } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { Avatar } from '../parts/avatar.js';
import { PhotoPicker } from '../photos/photo-picker.js';

/** One's own picture and name, as others see them. */
export function ProfileHead({ me, onChange }: { me: Me; onChange: () => void }) {
  const { account, uploads } = useHaggle();
  const { t } = useLanguage();
  const { busy, ...work } = useWork();
  const act = async (change: () => Promise<unknown>) => {
    if (await work.act(change)) onChange();
  };
  const show = ([file]: File[]) =>
    file && act(async () => account.setAvatar((await uploads.upload(file)).id));
  return (
    <div class="person person-large">
      <Avatar user={me} />
      <div>
        <p class="person-name">{me.nickname}</p>
        <div class="profile-actions">
          <PhotoPicker one class="button-text" disabled={busy} onPick={(files) => void show(files)}>
            {t(me.avatar ? 'account.photo' : 'account.photoAdd')}
          </PhotoPicker>
          {me.avatar && (
            <button
              type="button"
              class="button-text"
              disabled={busy}
              onClick={() => void act(() => account.removeAvatar())}
            >
              {t('account.photoRemove')}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}
