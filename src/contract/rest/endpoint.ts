import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import { Id } from '../primitives.js';

/**
 * Who may call: anybody, somebody signed in, one whose e-mail address is proven (where the settings ask for it), or
 * whoever runs the service.
 */
export type Access = 'public' | 'user' | 'verified' | 'admin';

export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Express form, under `/v1`. */
  path: string;
  tag: string;
  summary: string;
  /** What the summary has no room for. */
  description?: string;
  access: Access;
  params: Params;
  query: Query;
  body: Body | null;
  /** Statuses of success; all with the same reply. */
  success: readonly number[];
  /** null: no body. */
  reply: Reply | null;
  /** Codes beside the ones that every call can meet. */
  errors: readonly ErrorCode[];
  /** The body is a file in this field of a form, instead of JSON. */
  upload?: string;
  /** The answer is a file of this type, instead of JSON. */
  download?: string;
  /** Honours `Idempotency-Key`. */
  idempotent?: boolean;
  /** Points of the person's budget that it takes; left out: none. */
  cost?: number;
  /** Carries an ETag, honours If-None-Match; on writes If-Match. */
  etag?: boolean;
}

/** Writes on what has a version take `If-Match`; creating ones have no copy that could be stale. */
export const takesIfMatch = ({ method, etag, errors }: Endpoint): boolean =>
  method !== 'get' &&
  (errors.includes('VERSION_CONFLICT') ||
    errors.includes('OFFER_CHANGED') ||
    (method !== 'post' && etag === true));

const None = z.strictObject({});
export const ById = z.strictObject({ id: Id });

export function endpoint<
  P extends z.ZodType = typeof None,
  Q extends z.ZodType = typeof None,
  B extends z.ZodType = typeof None,
  R extends z.ZodType = z.ZodNull,
>(
  spec: Pick<Endpoint, 'method' | 'path' | 'tag' | 'summary'> & {
    access?: Access;
    params?: P;
    query?: Q;
    body?: B;
    success?: readonly number[];
    reply?: R;
    errors?: readonly ErrorCode[];
    description?: string;
    upload?: string;
    download?: string;
    idempotent?: boolean;
    cost?: number;
    etag?: boolean;
  },
): Endpoint<P, Q, B, R> {
  return {
    access: 'user',
    errors: [],
    ...spec,
    params: spec.params ?? (None as unknown as P),
    query: spec.query ?? (None as unknown as Q),
    body: spec.body ?? null,
    reply: spec.reply ?? null,
    success: spec.success ?? [spec.reply || spec.download ? 200 : 204],
  };
}
