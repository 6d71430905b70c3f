import { errorCodes, proofErrors, type ErrorCode } from '../errors.js';
import { takesIfMatch, type Access, type Endpoint } from '../rest.js';
import { type Json, pascal } from './schemas.js';

const sessionErrors = [
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'SESSION_REVOKED',
  'ACCOUNT_SUSPENDED',
] as const;
const roleErrors = [...sessionErrors, 'FORBIDDEN', 'SECOND_FACTOR_NEEDED'] as const;
const accessErrors: Record<Access, readonly ErrorCode[]> = {
  public: [],
  guest: sessionErrors,
  user: sessionErrors,
  verified: [...sessionErrors, ...proofErrors],
  host: ['UNAUTHENTICATED', 'FORBIDDEN'],
  admin: roleErrors,
  operator: roleErrors,
  moderator: roleErrors,
};

/** The codes a call can meet by status: its own ones and those that come with what it is. */
export function codesByStatus(endpoint: Endpoint): Map<number, ErrorCode[]> {
  const takesBody = endpoint.body !== null || endpoint.upload !== undefined;
  const takesVersion = takesIfMatch(endpoint) && !endpoint.errors.includes('OFFER_CHANGED');
  const codes = new Set<ErrorCode>([
    ...accessErrors[endpoint.access],
    ...(takesBody ? (['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_TYPE'] as const) : []),
    ...(takesVersion ? (['VERSION_CONFLICT'] as const) : []),
    ...(endpoint.idempotent ? (['IDEMPOTENCY_CONFLICT'] as const) : []),
    ...endpoint.errors,
    // Even a call without parameters refuses unknown ones.
    ...(['VALIDATION_FAILED', 'RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE'] as const),
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  const add = (status: number, code: ErrorCode): void => {
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  };
  for (const code of Object.keys(errorCodes) as ErrorCode[])
    if (codes.has(code)) add(errorCodes[code].status, code);
  // For a body that is no JSON, and an address that cannot be decoded.
  if (endpoint.body || endpoint.path.includes(':')) add(400, 'VALIDATION_FAILED');
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

/** Error responses, each combination of codes once, as a component named after its codes. */
export class ErrorResponses {
  readonly components: Record<string, Json> = {};

  /** The `responses` of an operation, by status. */
  of(byStatus: Map<number, ErrorCode[]>): Record<string, Json> {
    return Object.fromEntries(
      [...byStatus].map(([status, codes]) => [String(status), this.pointerTo(status, codes)]),
    );
  }

  private pointerTo(status: number, codes: ErrorCode[]): Json {
    const name = codes.map(pascal).join('Or');
    this.components[name] ??= response(status, codes);
    return { $ref: `#/components/responses/${name}` };
  }
}

function response(status: number, codes: ErrorCode[]): Json {
  // A listing that may be moved to the top again only later; an account that is suspended for a time.
  const waits =
    status === 429 ||
    status === 503 ||
    codes.some((code) => code === 'LISTING_UNAVAILABLE' || code === 'ACCOUNT_SUSPENDED');
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join(' · '),
    ...(waits && { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }),
    ...(status === 401 && {
      headers: { 'WWW-Authenticate': { $ref: '#/components/headers/WwwAuthenticate' } },
    }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    'x-codes': codes,
  };
}
