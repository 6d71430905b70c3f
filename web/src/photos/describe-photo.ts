import { HaggleError } from '../../../client/index.js';
import { describeError } from '../i18n/describe-error.js';
import type { Translate } from '../i18n/messages.js';

const megabyte = 1024 * 1024;

/** Why a photo could not be uploaded, and which one, in words a person can act on. */
export function describePhoto(number: number, file: File, error: unknown, t: Translate): string {
  return `${t('room.photoNamed', number, file.name)}: ${cause(file, error, t)}`;
}

function cause({ name, type, size }: File, error: unknown, t: Translate): string {
  if (!(error instanceof HaggleError)) return describeError(error, t);
  const { code, errors, message } = error;
  const heic = /hei[cf]/i.test(type) || /\.hei[cf]$/i.test(name);
  if (code === 'UNSUPPORTED_TYPE') return t(heic ? 'photo.heic' : 'photo.kind');
  const said = [message, ...errors.map((one) => one.message)].join(' ');
  // One code for two causes: the words of the server tell them apart.
  const pixels = /pixel/i.test(said);
  if (code === 'PAYLOAD_TOO_LARGE')
    return pixels ? t('photo.pixels') : t('photo.large', Math.ceil(size / megabyte));
  if (code === 'VALIDATION_FAILED') return t(pixels ? 'photo.pixels' : 'photo.broken');
  return describeError(error, t);
}

/** Whether the same file may be taken when it is sent again: a kind that the server does not take never is. */
export const mayPass = (error: unknown): boolean =>
  Boolean(error) && (!(error instanceof HaggleError) || error.retryable);
