import { z } from 'zod';

/** An unsuccessful answer of FCM, as it came. */
export interface FcmResponse {
  status: number;
  body: string;
}

export type FcmVerdict = ReturnType<typeof verdictOf>;

/**
 * Whom an answer concerns, and what it says. Pure.
 * - The device: `gone`, `otherProject` (its token belongs to another one), `deviceRate`.
 * - The platform behind FCM: `platform` (Apple or a browser's service refuses the credential that FCM has for it).
 * - Everybody: `rate`, `unavailable`, `failed`.
 * - Us: `signIn` (the access token), `permission`, `address` (no such project or path), `message`.
 *
 * What FCM itself says of a message is in its own error code. A status without such a code may come from anything in
 * between (a proxy, a wrong address), so it never gives up a device. The library (firebase-admin 13.10.0) merges codes:
 * NOT_FOUND with UNREGISTERED, UNAUTHENTICATED with THIRD_PARTY_AUTH_ERROR.
 */
export function verdictOf({ status, body }: FcmResponse) {
  const { code, message, details } = read(body);
  switch (code) {
    case 'UNREGISTERED':
      return 'gone';
    case 'SENDER_ID_MISMATCH':
      return 'otherProject';
    case 'THIRD_PARTY_AUTH_ERROR':
    case 'APNS_AUTH_ERROR':
      return 'platform';
    case 'QUOTA_EXCEEDED':
      return isOfProject(details) ? 'rate' : 'deviceRate';
  }
  switch (status) {
    case 400:
      // One code stands for both: only Google's details tell a bad token from a bad field.
      return namesToken(details) ||
        (code === 'INVALID_ARGUMENT' && /registration token/i.test(message))
        ? 'gone'
        : 'message';
    case 401:
      return 'signIn';
    case 403:
      return 'permission';
    case 404:
      return 'address';
    case 429:
      return isOfProject(details) ? 'rate' : 'deviceRate';
    case 503:
      return 'unavailable';
    default:
      return 'failed';
  }
}

/** What operators are told: no token, and nothing that people wrote. */
export function detailOf({ status, body }: FcmResponse): string {
  const { code, canonical } = read(body);
  return `status ${status} ${code || canonical}`.trim();
}

const Answer = z.object({
  error: z.object({
    message: z.string().catch(''),
    status: z.string().catch(''),
    details: z.array(z.unknown()).catch([]),
  }),
});
const type = (name: string) => z.literal(`type.googleapis.com/google.${name}`);
const FcmError = z.object({ '@type': type('firebase.fcm.v1.FcmError'), errorCode: z.string() });
const QuotaFailure = z.object({
  '@type': type('rpc.QuotaFailure'),
  violations: z.array(
    z.object({ subject: z.string().catch(''), description: z.string().catch('') }),
  ),
});
const ErrorInfo = z.object({
  '@type': type('rpc.ErrorInfo'),
  reason: z.literal('RATE_LIMIT_EXCEEDED'),
  metadata: z.object({ consumer: z.string().startsWith('projects/') }),
});
const BadRequest = z.object({
  '@type': type('rpc.BadRequest'),
  fieldViolations: z.array(z.object({ field: z.string() })).min(1),
});

function read(body: string) {
  const { error } = Answer.safeParse(parsed(body)).data ?? {};
  const { message = '', status = '', details = [] } = error ?? {};
  const [own] = each(details, FcmError);
  // Only a name of Google's own, nothing that something in between made up.
  const canonical = /^[A-Z_]{1,40}$/.test(status) ? status : '';
  return { code: own?.errorCode ?? '', canonical, message, details };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const each = <T>(details: unknown[], schema: z.ZodType<T>): T[] =>
  details.flatMap((one) => schema.safeParse(one).data ?? []);

/** Whether the project has sent too much, or one device was sent too much. When the answer does not say: the device. */
function isOfProject(details: unknown[]): boolean {
  if (each(details, ErrorInfo).length > 0) return true;
  const violations = each(details, QuotaFailure).flatMap((one) => one.violations);
  return violations.some(
    ({ subject, description }) =>
      /^projects?[:/]/.test(subject) && !/device|token/i.test(description),
  );
}

const namesToken = (details: unknown[]): boolean =>
  each(details, BadRequest).some(({ fieldViolations }) =>
    fieldViolations.every(({ field }) => field === 'message.token'),
  );
