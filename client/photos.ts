import type { Call } from './api.js';
import type { Image, Replies } from './contract-types.js';
import { HaggleError } from './haggle-error.js';
import { Value, type Readable } from './readable.js';
import type { Upload } from './shrink-image.js';
import { fetchWithProgress, watchBody, type OnProgress } from './upload-progress.js';
import { Uploads, mustBeWanted, type Send } from './uploads.js';
import { unlessClosed, within } from './waits.js';

export { fetchWithProgress, type OnProgress, type Upload };

/** The longest that one upload may take (ms), since pictures may go over a slow phone link. */
const uploadWithinMs = 120_000;

export interface PhotoUpload {
  /** Gives the upload up, which then rejects with `DISCARDED`. */
  signal?: AbortSignal;
  /** Told in a browser, where the client was made with {@link fetchWithProgress}. */
  onProgress?: OnProgress;
}

export interface Photos {
  /**
   * Uploads a photo before it is used, and returns it; its id goes into `room.send({imageIds})`, or into a listing. Any
   * number may be given at once: two are sent at a time, shrunk to the server's size where the platform can, and again
   * later when the server has no room. With a bucket behind the gateway it goes there directly; where that fails, over
   * the gateway. Rejects with `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_TYPE`, `VALIDATION_FAILED` (broken), with `DISCARDED`
   * once `signal` gives it up, and with `CLOSED` once the client is closed.
   */
  upload(photo: Upload, options?: PhotoUpload): Promise<Image>;
  /**
   * Uploads the photos of a message, those aside that are named by their id, and resolves to all ids in their order. Each
   * that is there is told by `note`, with its id in its place. Rejects once none is on its way any more, with why the
   * first was refused.
   */
  uploadAll(
    photos: readonly (Upload | string)[],
    signal: AbortSignal,
    note: (known: readonly (Upload | string)[]) => void,
  ): Promise<readonly string[]>;
}

/**
 * What a client gives. Without `closed` an upload does not end with it, and without `server`, or before that is known, the
 * first photo asks whether there is a bucket.
 */
interface PhotosClient {
  call: Call;
  closed?: Readable<boolean>;
  server?: Readable<{ directUploads?: boolean | undefined } | undefined>;
}
const neverClosed = new Value(false);

/**
 * Uploads photos, for messages, listings and avatars. Two photos are on their way at a time, over all calls of one
 * object. A separate entry point, so that an app without photos doesn't carry it.
 * `createHaggleClient({ photos: createPhotos })` lets `room.send({ photos })` upload.
 */
export function createPhotos({ call, closed = neverClosed, server }: PhotosClient): Photos {
  /** No request has shown that there is no bucket for phones, or that this device does not reach it. */
  let direct = true;

  const overGateway: Send = (photo, signal, onProgress) => {
    const form: { append(name: string, value: unknown): void } = new FormData();
    // React Native passes the name of a file where others pass its bytes.
    form.append('image', photo);
    return call<Replies['uploadImage']>({
      method: 'POST',
      path: '/images',
      body: watchBody(form, onProgress),
      withinMs: uploadWithinMs,
      signal,
    });
  };
  const begin = () =>
    call<Replies['beginUpload']>({ method: 'POST', path: '/images/uploads' }).catch(
      (error: unknown) => {
        if (!(error instanceof HaggleError && error.code === 'NOT_FOUND')) throw error;
        direct = false;
      },
    );
  const send: Send = async (photo, signal, onProgress) => {
    const mayBeDirect = direct && server?.snapshot()?.directUploads !== false;
    const place = mayBeDirect && photo instanceof Blob ? await begin() : undefined;
    mustBeWanted(signal);
    if (!place) return overGateway(photo, signal, onProgress);
    const isThere = await isPut(place.url, photo as Blob, signal, onProgress);
    mustBeWanted(signal);
    if (isThere)
      return call<Replies['completeUpload']>({
        method: 'POST',
        path: `/images/uploads/${encodeURIComponent(place.id)}/complete`,
        withinMs: uploadWithinMs,
        signal,
      });
    const image = await overGateway(photo, signal, onProgress);
    // The gateway was reached and the bucket was not: the next ones need not try.
    direct = false;
    return image;
  };

  const uploads = new Uploads(send);
  /** One upload, given up by its own signal and by the end of the client. */
  const upload: Send = (photo, signal, onProgress) => {
    const giveUp = new AbortController();
    const end = () => giveUp.abort();
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end);
    const stop = closed.subscribe(end);
    const uploaded = () => uploads.upload(photo, giveUp.signal, onProgress);
    return unlessClosed(closed, uploaded).finally(() => {
      stop();
      signal?.removeEventListener('abort', end);
    });
  };
  return {
    upload: (photo, options = {}) => upload(photo, options.signal, options.onProgress),
    uploadAll: async (photos, signal, note) => {
      const known = [...photos];
      const all = await Promise.allSettled(
        photos.map(async (photo, index) => {
          if (typeof photo === 'string') return;
          known[index] = (await upload(photo, signal)).id;
          note([...known]);
        }),
      );
      for (const one of all) if (one.status === 'rejected') throw one.reason;
      return known as string[];
    },
  };
}

/** Whether the bucket took it. */
async function isPut(
  url: string,
  photo: Blob,
  signal?: AbortSignal,
  onProgress?: OnProgress,
): Promise<boolean> {
  // A body of its own, since one file may be on its way twice; the bytes are shared.
  const body = watchBody(photo.slice(0, photo.size, photo.type), onProgress);
  const giveUp = new AbortController();
  signal?.addEventListener('abort', () => giveUp.abort());
  const put = fetchWithProgress(url, { method: 'PUT', body, signal: giveUp.signal }).then(
    ({ ok }) => ok,
    () => false,
  );
  return within(uploadWithinMs, put, () => {
    giveUp.abort();
    return false;
  });
}
