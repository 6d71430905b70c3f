import type { Translate } from '../i18n/messages.js';
import { formErrors, type FormErrors } from '../screens/form-errors.js';

/** The refusal of a form that asks for the password once more, and for these other fields. */
export function passwordErrors(
  error: unknown,
  t: Translate,
  fields: readonly string[] = [],
): FormErrors {
  const { password, ...others } = formErrors(error, ['password', ...fields], t);
  return password === undefined ? others : { ...others, password: t('account.passwordWrong') };
}
