import { HaggleError } from './haggle-error.js';
import { within } from './waits.js';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Under `/v1`. */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  /** For everybody: goes out without a token. */
  open?: boolean;
  /** Longest wait for the answer; 15 s unless told otherwise. */
  withinMs?: number;
}

/** Answers with the parsed body (`null` without one), throws {@link HaggleError}. */
export type Http = (request: HttpRequest, token?: string) => Promise<unknown>;

/** Longest wait for an answer: a phone that changed networks must not hang for minutes. */
const answerWithinMs = 15_000;

/** ETags of the views received, so that a write can say which copy it was made on. */
const etags = new WeakMap<object, string>();
/**
 * The `If-Match` of a view that a read answered with; nothing when it carried no ETag. A proxy that compresses marks the
 * tag as weak, and a weak one matches nothing: the version in it is what counts.
 */
export const ifMatch = (view: object): Record<string, string> => {
  const etag = etags.get(view);
  return etag ? { 'if-match': etag.replace(/^W\//, '') } : {};
};

export function createHttp(url: string, fetch: typeof globalThis.fetch): Http {
  return async (request, token) => {
    const patience = new AbortController();
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
        throw HaggleError.fromProblem(response.status, body, retryAfterMs(response));
      }
      const etag = response.headers.get('etag');
      if (etag && typeof body === 'object' && body !== null) etags.set(body, etag);
      return body;
    };
    try {
      return await within(request.withinMs ?? answerWithinMs, asked(), () => {
        patience.abort();
        throw HaggleError.network('no answer in time');
      });
    } catch (error) {
      throw HaggleError.from(error);
    }
  };
}

/** A form goes as it is: the platform writes its type, with the boundary. */
const isJson = (body: unknown): boolean => body !== undefined && !(body instanceof FormData);

function address(url: string, { path, query = {} }: HttpRequest): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return `${url}/v1${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

async function parsed(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (response.ok) throw HaggleError.network('the answer is not JSON');
    return null;
  }
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
