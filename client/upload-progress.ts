/** How much of a file went out, from 0 to 1. Starts again with another try. */
export type OnProgress = (share: number) => void;

/** The parts of a browser that are used here; Node has no types for them. */
interface Request {
  status: number;
  responseText: string;
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getAllResponseHeaders(): string;
  send(body: unknown): void;
  abort(): void;
}
const findXhr = () => (globalThis as { XMLHttpRequest?: new () => Request }).XMLHttpRequest;

const watched = new WeakMap<object, OnProgress>();

/** From now on {@link fetchWithProgress} tells of this body as it goes out. */
export function watchBody<T extends object>(body: T, onProgress?: OnProgress): T {
  if (onProgress) watched.set(body, onProgress);
  return body;
}

/**
 * The platform's `fetch`, which also tells how far an upload is. Give it to `createHaggleClient`. No browser's own fetch
 * tells that; where the older way is not there either, such as in Node, uploads go out untold.
 */
export const fetchWithProgress: typeof fetch = (input, init = {}) => {
  const body = init.body as object | undefined;
  const onProgress = body && watched.get(body);
  const Xhr = findXhr();
  return onProgress && Xhr && typeof input === 'string'
    ? send(new Xhr(), input, init, onProgress)
    : fetch(input, init);
};

const send = (
  request: Request,
  url: string,
  { method = 'GET', headers, body, signal }: RequestInit,
  onProgress: OnProgress,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    request.open(method, url);
    new Headers(headers).forEach((value, name) => request.setRequestHeader(name, value));
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const { status, responseText } = request;
      resolve(new Response(responseText || null, { status, headers: headersOf(request) }));
    };
    request.onerror = () => reject(new TypeError('the connection failed'));
    request.onabort = () => reject(new TypeError('given up'));
    signal?.addEventListener('abort', () => request.abort());
    // Its own events say nothing of what was given up before it began.
    if (signal?.aborted) reject(new TypeError('given up'));
    else request.send(body);
  });

function headersOf(request: Request): Headers {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}
