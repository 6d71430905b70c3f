import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import { Id } from '../primitives.js';
import type { HostScope } from '../views/host.js';
import { Role } from '../views/people.js';

/**
 * Who may call: anybody, a guest (who shows no token, or a good one), somebody signed in, one whose e-mail address is
 * proven (where the settings ask for it), the server of a host app, or somebody with a role: an admin, with these an
 * operator, or (`moderator`) any of the three.
 */
export type Access =
  | 'public'
  | 'guest'
  | 'user'
  | 'verified'
  | 'host'
  | 'admin'
  | 'operator'
  | 'moderator';

/** The role that an endpoint needs; undefined: none. What is done there stands in the audit trail. */
export const roleFor = ({ access }: Pick<Endpoint, 'access'>): Role | undefined =>
  Role.options.find((role) => role === access);

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
  /** With `host`: what the server key must be for. */
  scope?: HostScope;
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
const ById = z.strictObject({ id: Id });

/** Left out, the parameters follow from the path: an `:id`, or none. */
type ParamsIn<Path extends string> = z.ZodObject<
  Path extends `${string}/:id${string}` ? typeof ById.shape : typeof None.shape,
  z.core.$strict
>;

type Row = <
  Path extends string,
  P extends z.ZodType = ParamsIn<Path>,
  Q extends z.ZodType = typeof None,
  B extends z.ZodType = typeof None,
  R extends z.ZodType = z.ZodNull,
>(
  path: Path,
  row: Pick<Endpoint, 'summary'> &
    Partial<Omit<Endpoint<P, Q, B, R>, 'method' | 'path' | 'tag' | 'body' | 'reply'>> & {
      body?: B;
      reply?: R;
    },
) => Endpoint<P, Q, B, R>;

/** Makes the rows of the table under one tag, by method: for who is signed in, unless a row says otherwise. */
export function endpointsOf(tag: string, access: Access = 'user') {
  const rowOf =
    (method: Endpoint['method']): Row =>
    (path, row) => ({
      access,
      errors: [],
      ...row,
      method,
      path,
      tag,
      params: row.params ?? ((/\/:id\b/.test(path) ? ById : None) as never),
      query: row.query ?? (None as never),
      body: row.body ?? null,
      reply: row.reply ?? null,
      success: row.success ?? [row.reply || row.download ? 200 : 204],
    });
  return {
    get: rowOf('get'),
    post: rowOf('post'),
    put: rowOf('put'),
    patch: rowOf('patch'),
    delete: rowOf('delete'),
  };
}
