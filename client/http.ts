import { HaggleError, isRecord } from './haggle-error.js';
import type { Readable } from './readable.js';
import { unlessClosed, within } from './waits.js';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path under `/v1`. */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  /** An endpoint for everybody: the request carries no token. */
  open?: boolean;
  /** The longest wait for the answer (ms); default: 15 s. */
  withinMs?: number;
  /** Gives the request up. */
  signal?: AbortSignal | undefined;
}

/** Returns the parsed body (`null` without one), throws {@link HaggleError}. */
export type Http = (request: HttpRequest, token?: string) => Promise<unknown>;

/** The longest wait for an answer (ms): a phone that changed networks must not hang for minutes. */
const answerWithinMs = 15_000;

/** ETags of received views, so that a write can say which version it changes. */
const etags = new WeakMap<object, string>();
/**
 * The `If-Match` for a view from a read; nothing when it carried no ETag. A proxy that compresses marks the tag as
 * weak, and a weak one matches nothing, so only the version in it is sent.
 */
export const ifMatch = (view: object): Record<string, string> => {
  const etag = etags.get(view);
  return etag ? { 'if-match': etag.replace(/^W\//, '') } : {};
};

/** `closed` ends what is under way, and lets nothing begin any more. */
export function createHttp(
  url: string,
  fetch: typeof globalThis.fetch,
  closed: Readable<boolean>,
): Http {
  return async (request, token) => {
    const patience = new AbortController();
    const giveUp = () => patience.abort();
    request.signal?.addEventListener('abort', giveUp);
    const asked = async () => {
      const response = await fetch(address(url, request), {
        method: request.method,
        headers: {
          accept: 'application/json',
          ...(isJson(request.body) ? { 'content-type': 'application/json' } : {}),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...request.headers,
        },
        body: isJson(request.body) ? JSON.stringify(request.body) : (request.body as FormData),
        signal: patience.signal,
      });
      const body = await parsed(response);
      if (!response.ok) {
        const seconds = Number(response.headers.get('retry-after'));
        throw HaggleError.fromProblem(response.status, body, seconds * 1_000 || undefined);
      }
      const etag = response.headers.get('etag');
      if (etag && isRecord(body)) etags.set(body, etag);
      return body;
    };
    const answer = within(request.withinMs ?? answerWithinMs, unlessClosed(closed, asked), () => {
      throw HaggleError.network('no answer');
    });
    return answer
      .catch((error: unknown) => {
        giveUp();
        throw HaggleError.from(error);
      })
      .finally(() => request.signal?.removeEventListener('abort', giveUp));
  };
}

/** A form is sent as it is: the platform writes its type, with the boundary. */
const isJson = (body: unknown): boolean => body !== undefined && !(body instanceof FormData);

function address(url: string, { path, query = {} }: HttpRequest): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value!)}`);
  return `${url}/v1${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

async function parsed(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (response.ok) throw HaggleError.network('no JSON');
    return null;
  }
}
