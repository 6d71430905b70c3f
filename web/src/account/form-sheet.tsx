import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { Sheet } from '../parts/sheet.js';
import { formErrors, textOf, type FormErrors } from '../screens/form-errors.js';

/** `present`: the password that is known already; `new`: one that is set. */
export interface SheetField<Name extends string> {
  name: Name;
  label: string;
  kind: 'email' | 'nickname' | 'present' | 'new';
  /** What stands there already. */
  value?: string;
}

const controls = {
  email: { type: 'email', autoComplete: 'email', maxLength: 254 },
  nickname: { type: 'text', autoComplete: 'nickname', maxLength: limits.nicknameLength },
  present: {
    type: 'password',
    autoComplete: 'current-password',
    maxLength: limits.passwordMax,
  },
  new: { type: 'password', autoComplete: 'new-password', maxLength: limits.passwordMax },
} as const;

/** A sheet with a short form about the account. Stays open, with what is wrong, until it was taken. */
export function FormSheet<Name extends string>(props: {
  title: string;
  fields: readonly SheetField<Name>[];
  yes: string;
  /** It cannot be taken back. */
  final?: boolean;
  onSubmit: (values: Record<Name, string>) => Promise<void>;
  onClose: () => void;
  children?: ComponentChildren;
}) {
  const { t } = useLanguage();
  const { fields, onClose } = props;
  const [errors, setErrors] = useState<FormErrors>({});
  const [busy, setBusy] = useState(false);

  const wrong = (error: unknown): FormErrors => {
    const found = formErrors(
      error,
      fields.map(({ name }) => name),
      t,
    );
    for (const { name, kind } of fields)
      if (found[name] && kind === 'present') found[name] = t('account.passwordWrong');
    return found;
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const text = textOf(new FormData(event.currentTarget as HTMLFormElement));
    const values = Object.fromEntries(fields.map(({ name }) => [name, text(name)]));
    const missing: FormErrors = {};
    for (const { name, kind } of fields)
      if (values[name]!.trim() === '') missing[name] = t('common.required');
      else if (kind === 'new' && values[name]!.length < limits.passwordMin)
        missing[name] = t('auth.passwordHint', limits.passwordMin);
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      await props.onSubmit(values as Record<Name, string>);
      onClose();
    } catch (error) {
      setErrors(wrong(error));
      setBusy(false);
    }
  };

  return (
    <Sheet title={props.title} onClose={onClose}>
      <form class="sheet-form" noValidate onSubmit={(event) => void submit(event)}>
        {props.children}
        {fields.map(({ name, label, kind, value }) => (
          <Field
            key={name}
            name={name}
            label={label}
            hint={kind === 'new' ? t('auth.passwordHint', limits.passwordMin) : undefined}
            error={errors[name]}
          >
            <input {...described(name, errors[name])} {...controls[kind]} defaultValue={value} />
          </Field>
        ))}
        {errors.form && (
          <p class="form-error" role="alert">
            {errors.form}
          </p>
        )}
        <div class="sheet-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button
            type="submit"
            class={`button ${props.final ? 'button-final' : 'button-primary'}`}
            disabled={busy}
          >
            {props.yes}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
