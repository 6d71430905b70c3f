import { HaggleError } from '../../../client/index.js';
import { describeError } from '../i18n/describe-error.js';
import type { Translate } from '../i18n/messages.js';

/** What is wrong, by field; `form` is about the whole. */
export type FormErrors = Partial<Record<string, string>>;

/** The server's refusal, put beside the fields it is about. */
export function formErrors(error: unknown, fields: readonly string[], t: Translate): FormErrors {
  if (error instanceof HaggleError && error.code === 'EMAIL_TAKEN') {
    return { email: describeError(error, t) };
  }
  const wrong: FormErrors = {};
  for (const { path } of error instanceof HaggleError ? error.errors : []) {
    const field = fields.find((name) => path.split(/[./]/).includes(name));
    if (field) wrong[field] = t('common.invalid');
  }
  return Object.keys(wrong).length > 0 ? wrong : { form: describeError(error, t) };
}

/** The text fields of a form, by name; empty when there is no such field. */
export const textOf = (form: FormData) => (name: string) => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};
