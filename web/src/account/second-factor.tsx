import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { renderSVG } from 'uqr';
import { limits } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useLanguage } from '../i18n/language.js';
import { translator } from '../i18n/messages.js';
import { secondFactorEn } from '../i18n/second-factor-en.js';
import { secondFactorKo } from '../i18n/second-factor-ko.js';
import { Field, described } from '../parts/field.js';
import { Loaded } from '../parts/listed.js';
import { formErrors, textOf, type FormErrors } from '../screens/form-errors.js';

/** Modules of white around a QR code, without which it is not found on a dark page (ISO/IEC 18004). */
const quietZone = 4;

function useWords() {
  const { language } = useLanguage();
  return useMemo(() => translator(language === 'ko' ? secondFactorKo : secondFactorEn), [language]);
}

/** Shows what a role opens once a code was shown in this session, where one is asked for. */
export function BehindSecondFactor({ children }: { children: ComponentChildren }) {
  const { account } = useHaggle();
  const load = useLoad('second factor', () => account.getSecondFactor());
  return (
    <Loaded load={load}>
      {({ needed, since }) =>
        needed ? (
          <section class="page narrow">
            {since === null ? <SetUp onDone={load.reload} /> : <Show onDone={load.reload} />}
          </section>
        ) : (
          children
        )
      }
    </Loaded>
  );
}

function Show({ onDone }: { onDone: () => void }) {
  const { account } = useHaggle();
  const say = useWords();
  return (
    <OneField
      hint={say('ask')}
      name="code"
      label={say('code')}
      yes={say('enter')}
      onSubmit={async (code) => {
        await account.showSecondFactor(code);
        onDone();
      }}
    />
  );
}

/** From the password over the first code to the recovery codes. */
function SetUp({ onDone }: { onDone: () => void }) {
  const { account } = useHaggle();
  const say = useWords();
  const [begun, setBegun] = useState<{ secret: string; address: string }>();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>();
  if (recoveryCodes)
    return (
      <div class="form">
        <h2 class="section-title">{say('title')}</h2>
        <p role="status">{say('recovery')}</p>
        <pre>{recoveryCodes.join('\n')}</pre>
        <button type="button" class="button button-primary" onClick={onDone}>
          {say('goOn')}
        </button>
      </div>
    );
  if (!begun)
    return (
      <OneField
        key="password"
        hint={say('begin')}
        name="password"
        label={say('password')}
        yes={say('setUp')}
        onSubmit={async (password) => setBegun(await account.setUpSecondFactor(password))}
      />
    );
  return (
    <OneField
      key="code"
      hint={say('scan')}
      name="code"
      label={say('code')}
      yes={say('confirm')}
      onSubmit={async (code) =>
        setRecoveryCodes((await account.confirmSecondFactor(code)).recoveryCodes)
      }
    >
      <img
        class="second-factor-qr"
        alt={say('qr')}
        src={`data:image/svg+xml,${encodeURIComponent(renderSVG(begun.address, { border: quietZone }))}`}
      />
      <p>
        {say('type')} <code>{begun.secret}</code>
      </p>
    </OneField>
  );
}

const controls = {
  code: { type: 'text', autoComplete: 'one-time-code', maxLength: 40 },
  password: {
    type: 'password',
    autoComplete: 'current-password',
    maxLength: limits.passwordMax,
  },
} as const;

/** A form that asks for one thing, and says what is wrong with it. */
function OneField(props: {
  hint: string;
  name: 'code' | 'password';
  label: string;
  yes: string;
  onSubmit: (value: string) => Promise<void>;
  children?: ComponentChildren;
}) {
  const { t } = useLanguage();
  const say = useWords();
  const { name } = props;
  const [errors, setErrors] = useState<FormErrors>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const value = textOf(new FormData(event.currentTarget as HTMLFormElement))(name);
    if (value.trim() === '') return setErrors({ [name]: t('common.required') });
    setBusy(true);
    setErrors({});
    try {
      await props.onSubmit(value);
    } catch (error) {
      const found = formErrors(error, [name], t);
      if (found[name]) found[name] = name === 'code' ? say('wrong') : t('account.passwordWrong');
      setErrors(found);
    }
    setBusy(false);
  };
  return (
    <form class="form" noValidate onSubmit={(event) => void submit(event)}>
      <h2 class="section-title">{say('title')}</h2>
      <p>{props.hint}</p>
      {props.children}
      <Field name={name} label={props.label} error={errors[name]}>
        <input {...described(name, errors[name])} {...controls[name]} />
      </Field>
      {errors.form && (
        <p class="form-error" role="alert">
          {errors.form}
        </p>
      )}
      <button type="submit" class="button button-primary" disabled={busy}>
        {props.yes}
      </button>
    </form>
  );
}
