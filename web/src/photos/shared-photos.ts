/**
 * Photos that another app shares with this one. The service worker, which has no part in the app's modules, takes them
 * and leaves them here until the sell form fetches them.
 */
const cacheName = 'haggle-shared';

/** The photos that were shared since the last time; each is handed out once. */
export async function takeSharedPhotos(): Promise<File[]> {
  if (!('caches' in globalThis) || !(await caches.has(cacheName))) return [];
  const cache = await caches.open(cacheName);
  const kept = await Promise.all((await cache.keys()).map((key) => cache.match(key)));
  const files = kept.flatMap((answer) =>
    answer ? [answer.blob().then((blob) => fileOf(blob, answer.headers))] : [],
  );
  const photos = await Promise.all(files);
  await forgetSharedPhotos();
  return photos;
}

export const forgetSharedPhotos = async (): Promise<void> => {
  if ('caches' in globalThis) await caches.delete(cacheName);
};

const fileOf = (blob: Blob, headers: Headers): File =>
  new File([blob], decodeURIComponent(headers.get('x-name') ?? 'photo'), { type: blob.type });
