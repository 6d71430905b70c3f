import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** Codes of this many steps before and after now are taken: clocks differ, and people type. */
const leeway = 1;

const codesOf = (secret: string, label = ''): TOTP =>
  // RFC 6238 with the values that every authenticator app takes.
  new TOTP({
    issuer: 'Haggle',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
    secret: Secret.fromBase32(secret),
  });

/** 160 bits, as RFC 4226 advises, in base32. */
export const newSecret = (): string => new Secret({ size: 20 }).base32;

/** What an authenticator app takes, as text or drawn as a QR code. `label`: whose it is, as the app shows it. */
export const addressFor = (secret: string, label: string): string =>
  codesOf(secret, label).toString();

/** The step of 30 s that this is the code of, about now; undefined: of none. */
export function stepOf(secret: string, code: string, now: Date): number | undefined {
  const codes = codesOf(secret);
  const timestamp = now.getTime();
  const away = codes.validate({ token: code, timestamp, window: leeway });
  return away === null ? undefined : codes.counter({ timestamp }) + away;
}

/** 80 bits in groups that people can copy: `ABCD-EFGH-IJKL-MNOP`. */
export const newRecoveryCode = (): string =>
  new Secret({ size: 10 }).base32.match(/.{4}/g)!.join('-');

/** As it was meant, however it was typed. */
export const codeAsMeant = (typed: string): string => typed.replace(/[\s-]/g, '').toUpperCase();

/** What is kept of a recovery code; it is random enough not to need a slow hash. */
export const hashOfRecovery = (code: string): string =>
  createHash('sha256').update(codeAsMeant(code)).digest('base64url');
