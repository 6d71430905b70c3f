import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { cleanText, isText, isVisible } from '../../src/contract/text.js';

/**
 * The bounds of requests that an app can run into. The full schemas stay on the server: they need zod, which would be
 * larger than this whole gateway.
 */
export function mustBe(fits: boolean, path: string, message: string): asserts fits {
  if (!fits) throw new Refusal('VALIDATION_FAILED', undefined, { errors: [{ path, message }] });
}

export function checkId(value: unknown, path: string): asserts value is string {
  mustBe(typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value), path, 'is not an id');
}

export function checkClientMessageId(value: unknown): asserts value is string {
  mustBe(
    typeof value === 'string' && /^[A-Za-z0-9_-]{8,64}$/.test(value),
    'clientMessageId',
    'must be 8 to 64 letters, digits, - or _',
  );
}

/** The text as it is kept, see `text.ts` of the contract. */
export function checkText(
  value: unknown,
  path = 'text',
  max: number = limits.textLength,
  clean = cleanText,
): string {
  mustBe(typeof value === 'string', path, 'is not text');
  const text = clean(value);
  mustBe([...text].length <= max, path, `is longer than ${max}`);
  mustBe(isText(text), path, 'holds characters that are not text');
  mustBe(isVisible(text), path, 'is blank');
  return text;
}

/** What was sent, without what counts as left out: null, and lists without anything in them. */
export const withoutLeftOut = (input: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries((input ?? {}) as Record<string, unknown>).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );

export function checkWhole(
  value: unknown,
  path: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  mustBe(
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    path,
    `must be a whole number from ${least} to ${most}`,
  );
}

export function checkList(
  value: unknown,
  path: string,
  least: number,
  most: number,
): asserts value is unknown[] {
  mustBe(
    Array.isArray(value) && value.length >= least && value.length <= most,
    path,
    `must be a list of ${least} to ${most}`,
  );
}
