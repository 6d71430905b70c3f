import type { errorCodes } from '../src/contract/errors.js';
import type { AckError, ErrorCode, FieldError } from './contract-types.js';

/** Codes of this library, besides the contract's. */
export type LocalErrorCode =
  /** No answer came. */
  | 'NETWORK'
  /** The client was closed for good. */
  | 'CLOSED'
  /**
   * The message was discarded, or its author signed out, before it was confirmed. Also when somebody else signed in:
   * then it waits on the device, and is sent when its author is back. Of a sign-in: somebody signed out before its answer.
   */
  | 'DISCARDED'
  /** The device did not store, or read, it: what is on its way, or who is signed in, may not survive a restart of the app. */
  | 'STORAGE';

/** A newer server may send other codes: show the message then. */
export type HaggleErrorCode = ErrorCode | LocalErrorCode | (string & {});

interface Details {
  message?: string;
  retryable?: boolean;
  status?: number;
  retryAfterMs?: number;
  errors?: readonly FieldError[];
  current?: unknown;
}

/** The only error this library throws or reports. */
export class HaggleError extends Error {
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** HTTP status; absent for socket answers and `NETWORK`. */
  readonly status: number | undefined;
  /** The least wait before a retry (ms). */
  readonly retryAfterMs: number | undefined;
  /** Per-field reasons of `VALIDATION_FAILED`. */
  readonly errors: readonly FieldError[];
  /** The current view, which conflicts with the request (409, 412). */
  readonly current: unknown;

  constructor(
    readonly code: HaggleErrorCode,
    details: Details = {},
  ) {
    super(details.message ?? code);
    this.name = 'HaggleError';
    this.retryable = details.retryable ?? isRetryable(code);
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.errors = details.errors ?? [];
    this.current = details.current;
  }

  /** No answer came: offline, cut off, or too late. The request may or may not have been carried out. */
  static network(message: string): HaggleError {
    return new HaggleError('NETWORK', { message });
  }

  static fromAck({ details, ...error }: AckError): HaggleError {
    const { errors, current } = isRecord(details) ? details : {};
    return new HaggleError(error.code, { ...error, errors: fieldErrors(errors), current });
  }

  static fromProblem(status: number, problem: unknown, retryAfterMs?: number): HaggleError {
    const body = isRecord(problem) ? problem : {};
    const code = typeof body.code === 'string' ? body.code : codeOf(status);
    return new HaggleError(code, {
      message: typeof body.detail === 'string' ? body.detail : undefined,
      status,
      retryAfterMs,
      errors: fieldErrors(body.errors),
      current: body.current,
    });
  }

  /** Turns anything thrown into an error of this class, with this code unless it is one already. */
  static from(thrown: unknown, code: LocalErrorCode = 'NETWORK'): HaggleError {
    if (thrown instanceof HaggleError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new HaggleError(code, { message });
  }
}

/** Whether the token was refused, so that another one may work. */
export const refusesToken = (code: string): boolean =>
  code === 'UNAUTHENTICATED' || code === 'TOKEN_EXPIRED' || code === 'SESSION_REVOKED';

type RetryableCode = {
  [Code in ErrorCode]: (typeof errorCodes)[Code]['retryable'] extends true ? Code : never;
}[ErrorCode];

/** The contract's table in as few bytes as possible; the type makes sure that it has exactly the same codes. */
const retryableCodes: Record<RetryableCode | 'NETWORK', true> = {
  RATE_LIMITED: true,
  INTERNAL: true,
  DRAINING: true,
  UNAVAILABLE: true,
  NETWORK: true,
};

const isRetryable = (code: string): boolean => Object.hasOwn(retryableCodes, code);

/**
 * A proxy that answers by itself knows nothing of the request, except that it is too large or one too many. Any other
 * answer of it may change in a moment, and never ends a session.
 */
const codeOf = (status: number): ErrorCode => {
  if (status === 413) return 'PAYLOAD_TOO_LARGE';
  return status === 429 ? 'RATE_LIMITED' : 'UNAVAILABLE';
};

/** Whether it has fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is FieldError =>
      isRecord(item) && typeof item.path === 'string' && typeof item.message === 'string',
  );
}
