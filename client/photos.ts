import { uploadWithinMs, type Upload } from './api.js';
import type { Image, Replies } from './contract-types.js';
import type { HaggleClient } from './create-haggle-client.js';
import { HaggleError } from './haggle-error.js';
import { fetchWithProgress, watchBody, type OnProgress } from './upload-progress.js';
import { Uploads, mustBeWanted, type Send } from './uploads.js';
import { within } from './waits.js';

export { fetchWithProgress, type OnProgress };

export interface PhotoUpload {
  /** Gives the upload up, which then rejects with `DISCARDED`. */
  signal?: AbortSignal;
  /** Told in a browser, where the client was made with {@link fetchWithProgress}. */
  onProgress?: OnProgress;
}

export interface Photos {
  /**
   * Uploads a photo as `client.uploadImage` does, with the same bounds and errors, and tells how far it is. With a bucket
   * behind the gateway it goes there directly; where that fails, over the gateway.
   */
  upload(photo: Upload, options?: PhotoUpload): Promise<Image>;
}

/** Uploads for screens that show how far they are. Two photos are on their way at a time, over all calls of one object. */
export function createPhotos({ call }: Pick<HaggleClient, 'call'>): Photos {
  /** Whether the gateway may have a bucket for phones, and this device reaches it. */
  let direct = true;

  const overGateway: Send = (photo, signal, onProgress) => {
    const form: { append(name: string, value: unknown): void } = new FormData();
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
    const place = direct && photo instanceof Blob ? await begin() : undefined;
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
  return {
    upload: (photo, options = {}) => uploads.upload(photo, options.signal, options.onProgress),
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
