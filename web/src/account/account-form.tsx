import { useState } from 'preact/hooks';
import { HaggleError, limits } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { formErrors, textOf, type FormErrors } from '../screens/form-errors.js';

type Way = 'signIn' | 'signUp';
const fields = ['email', 'password', 'nickname'] as const;

/** Signs in, or up. */
export function AccountForm() {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const [way, setWay] = useState<Way>('signIn');
  const [errors, setErrors] = useState<FormErrors>({});
  const [busy, setBusy] = useState(false);
  const isNew = way === 'signUp';

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = textOf(form);
    const person = { email: text('email').trim(), password: text('password') };
    const missing: FormErrors = {};
    if (person.email === '') missing.email = t('common.required');
    if (person.password === '') missing.password = t('common.required');
    else if (isNew && person.password.length < limits.passwordMin) {
      missing.password = t('auth.passwordHint', limits.passwordMin);
    }
    if (isNew && text('nickname').trim() === '') missing.nickname = t('common.required');
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      if (isNew) await client.signUp({ ...person, nickname: text('nickname').trim() });
      else await client.logIn(person);
    } catch (error) {
      const wrong = error instanceof HaggleError && error.code === 'UNAUTHENTICATED';
      setErrors(wrong ? { form: t('auth.wrong') } : formErrors(error, fields, t));
      setBusy(false);
    }
  };

  return (
    <form class="form" noValidate onSubmit={(event) => void submit(event)}>
      <div class="tabs" role="group">
        {(['signIn', 'signUp'] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={way === each}
            onClick={() => {
              setWay(each);
              setErrors({});
            }}
          >
            {t(`auth.${each}`)}
          </button>
        ))}
      </div>
      <Field name="email" label={t('auth.email')} error={errors.email}>
        <input {...described('email', errors.email)} type="email" autoComplete="email" />
      </Field>
      <Field
        name="password"
        label={t('auth.password')}
        hint={isNew ? t('auth.passwordHint', limits.passwordMin) : undefined}
        error={errors.password}
      >
        <input
          {...described('password', errors.password)}
          type="password"
          maxLength={limits.passwordMax}
          autoComplete={isNew ? 'new-password' : 'current-password'}
        />
      </Field>
      {isNew && (
        <Field
          name="nickname"
          label={t('auth.nickname')}
          hint={t('auth.nicknameHint', limits.nicknameLength)}
          error={errors.nickname}
        >
          <input
            {...described('nickname', errors.nickname)}
            maxLength={limits.nicknameLength}
            autoComplete="nickname"
          />
        </Field>
      )}
      {errors.form && (
        <p class="form-error" role="alert">
          {errors.form}
        </p>
      )}
      <button type="submit" class="button button-primary button-wide" disabled={busy}>
        {t(`auth.${way}`)}
      </button>
    </form>
  );
}
