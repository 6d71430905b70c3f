/** The error codes of protocol 1, the same on both doors, each with its HTTP status and whether a retry may help. */
export const errorCodes = {
  UNAUTHENTICATED: { status: 401, retryable: false, title: 'Sign in first' },
  TOKEN_EXPIRED: { status: 401, retryable: false, title: 'The token has run out' },
  SESSION_REVOKED: { status: 401, retryable: false, title: 'The session was ended' },
  FORBIDDEN: { status: 403, retryable: false, title: 'Not allowed' },
  ACCOUNT_SUSPENDED: { status: 403, retryable: false, title: 'The account is suspended' },
  EMAIL_NOT_VERIFIED: { status: 403, retryable: false, title: 'Confirm the e-mail address first' },
  NEIGHBOURHOOD_NOT_PROVEN: {
    status: 403,
    retryable: false,
    title: 'Confirm the neighbourhood first',
  },
  SECOND_FACTOR_NEEDED: { status: 403, retryable: false, title: 'Show the second factor first' },
  NOT_FOUND: { status: 404, retryable: false, title: 'Not found' },
  CONVERSATION_CLOSED: { status: 409, retryable: false, title: 'The conversation is closed' },
  CLAIMED: { status: 409, retryable: false, title: 'Somebody else is at it' },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    retryable: false,
    title: 'This id was used with other content',
  },
  EDIT_WINDOW_EXPIRED: { status: 409, retryable: false, title: 'Too late to change this' },
  OFFER_EXPIRED: { status: 409, retryable: false, title: 'The offer has run out' },
  OFFER_NOT_ALLOWED: { status: 422, retryable: false, title: 'The rules do not allow this offer' },
  LISTING_UNAVAILABLE: { status: 409, retryable: false, title: 'The listing is not available' },
  EMAIL_TAKEN: { status: 409, retryable: false, title: 'The e-mail address is taken' },
  VERSION_CONFLICT: { status: 412, retryable: false, title: 'Somebody changed this meanwhile' },
  OFFER_CHANGED: { status: 412, retryable: false, title: 'The offer has changed' },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, title: 'Too large' },
  UNSUPPORTED_TYPE: { status: 415, retryable: false, title: 'Unsupported type' },
  VALIDATION_FAILED: { status: 422, retryable: false, title: 'The request is not valid' },
  CONTENT_REJECTED: { status: 422, retryable: false, title: 'The content is not allowed' },
  PROTOCOL_UNSUPPORTED: { status: 426, retryable: false, title: 'Unsupported protocol' },
  RATE_LIMITED: { status: 429, retryable: true, title: 'Too many requests' },
  INTERNAL: { status: 500, retryable: true, title: 'Something went wrong' },
  DRAINING: { status: 503, retryable: true, title: 'This node is going away' },
  UNAVAILABLE: { status: 503, retryable: true, title: 'Unavailable for the moment' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The codes with which a call for proven people may be refused, on either door. */
export const proofErrors = ['EMAIL_NOT_VERIFIED', 'NEIGHBOURHOOD_NOT_PROVEN'] as const;

/** The codes with which a new offer, or a request for a give-away, may be refused, on either door. */
export const makeOfferErrors = [
  'NOT_FOUND',
  'OFFER_NOT_ALLOWED',
  'LISTING_UNAVAILABLE',
  'CONVERSATION_CLOSED',
  'FORBIDDEN',
  'IDEMPOTENCY_CONFLICT',
] as const;

/** The codes with which an answer to an offer may be refused; a counter-offer also with OFFER_NOT_ALLOWED. */
export const answerOfferErrors = [
  'NOT_FOUND',
  'FORBIDDEN',
  'CONVERSATION_CLOSED',
  'OFFER_CHANGED',
  'OFFER_EXPIRED',
  'LISTING_UNAVAILABLE',
  'IDEMPOTENCY_CONFLICT',
] as const;

/** The codes with which an edit or unsend may be refused, on either door. */
export const changeErrors = [
  'NOT_FOUND',
  'FORBIDDEN',
  'EDIT_WINDOW_EXPIRED',
  'CONVERSATION_CLOSED',
  'IDEMPOTENCY_CONFLICT',
] as const;

export interface FieldError {
  path: string;
  message: string;
}

export interface RefusalDetails {
  /** Per-field reasons of VALIDATION_FAILED. */
  errors?: FieldError[];
  /** The resource as it is now, as a view, when another change came first (409, 412). */
  current?: unknown;
  /** When a retry may succeed, in milliseconds from now. */
  retryAfterMs?: number;
  /** HTTP status where it says more than the code: 400 for a body that is no JSON, 405 for another method. */
  status?: number;
}

/**
 * What a domain object, policy or command throws when it says no. The doors turn it into an answer in one place;
 * `message` is written for people and never holds internals.
 */
export class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    message?: string,
    readonly details: RefusalDetails = {},
  ) {
    super(message ?? errorCodes[code].title);
    this.name = 'Refusal';
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/**
 * A refusal of one field of what was sent, by its place: in the body or the payload of an event by its path alone
 * (`offers.minimum`), elsewhere by what that is and then its name (`query.limit`, `path.id`, `header.If-Match`).
 */
export const invalid = (path: string, message: string): Refusal =>
  new Refusal('VALIDATION_FAILED', undefined, { errors: [{ path, message }] });

/** The same, of a command that says of which field of its input, and does not know that it came in the query. */
export function inQuery(error: unknown): unknown {
  if (!(error instanceof Refusal) || !error.details.errors) return error;
  const errors = error.details.errors.map(({ path, message }) => ({
    path: `query.${path}`,
    message,
  }));
  return new Refusal(error.code, error.message, { ...error.details, errors });
}

/** A refusal as the socket door sends it, in an acknowledgement and in `connect_error`; what is undefined is not sent. */
export function refusalFields({ code, retryable, details }: Refusal) {
  const { errors, current, retryAfterMs } = details;
  return {
    code,
    retryable,
    retryAfterMs: retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs),
    details: errors === undefined && current === undefined ? undefined : { errors, current },
  };
}

/** A refusal as problem details (RFC 9457), as far as it is known away from the request. */
export function problemOf({ code, message, details }: Refusal) {
  const { title, status: usual } = errorCodes[code];
  const { errors, current, status = usual } = details;
  return { title, status, detail: message, code, errors, current };
}

/** What `Retry-After` says of a refusal; undefined: nothing. */
export function retryAfterSeconds({ code, details }: Refusal): number | undefined {
  const { retryAfterMs, status = errorCodes[code].status } = details;
  if (retryAfterMs === undefined && status !== 429 && status !== 503) return undefined;
  return Math.max(1, Math.ceil((retryAfterMs ?? 1_000) / 1_000));
}
