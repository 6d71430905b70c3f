import { useState } from 'preact/hooks';
import { Link } from 'wouter';
import { useLanguage } from '../i18n/language.js';
import { Icon, type IconName } from '../parts/icon.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { EmailSheet, NicknameSheet, PasswordSheet } from './change-sheets.js';
import { DeleteSheet } from './delete-sheet.js';
import { Export } from './export.js';
import { ProfileHead } from './profile-head.js';
import { Sessions } from './sessions.js';
import { useMe } from './use-me.js';

const sheets = {
  nickname: NicknameSheet,
  email: EmailSheet,
  password: PasswordSheet,
  delete: DeleteSheet,
};

/** One's own account: all that can be done with it. */
export function AccountScreen() {
  const { t } = useLanguage();
  const [open, setOpen] = useState<keyof typeof sheets>();
  const { me, reload } = useMe();
  const close = () => {
    setOpen(undefined);
    reload();
  };
  const Open = open && sheets[open];
  return (
    <div class="with-bar">
      <ScreenBar title={t('account.title')} back="/me" />
      <div class="scroll">
        <div class="page">
          {me && <ProfileHead me={me} onChange={reload} />}
          <Row icon="me" text={t('account.nickname')} onOpen={() => setOpen('nickname')} />
          <Row icon="send" text={t('account.changeEmail')} onOpen={() => setOpen('email')}>
            {me?.email}
          </Row>
          <Row
            icon="shield"
            text={t('account.changePassword')}
            onOpen={() => setOpen('password')}
          />
          <Link href="/me/blocks" class="row-link">
            <Icon name="shield" />
            <span>{t('blocks.title')}</span>
            <Icon name="next" />
          </Link>
          <Sessions />
          <Export />
          <Row icon="trash" text={t('account.delete')} final onOpen={() => setOpen('delete')} />
        </div>
      </div>
      {Open && <Open nickname={me?.nickname} onClose={close} />}
    </div>
  );
}

function Row(props: {
  icon: IconName;
  text: string;
  final?: boolean;
  onOpen: () => void;
  children?: string | undefined;
}) {
  return (
    <button
      type="button"
      class={`row-link ${props.final ? 'is-final' : ''}`}
      aria-haspopup="dialog"
      onClick={props.onOpen}
    >
      <Icon name={props.icon} />
      <span>
        {props.text}
        {props.children && <small>{props.children}</small>}
      </span>
      <Icon name="next" />
    </button>
  );
}
