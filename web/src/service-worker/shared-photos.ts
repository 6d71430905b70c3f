/** What the system sends when somebody shares photos with the installed app; see `share_target` in the manifest. */
const sharePath = '/share';
/** Where the sell form looks for them. */
const cacheName = 'haggle-shared';
/** As many as a listing can have. */
const photosMost = 10;

/** Undefined: the request is none of ours. */
export function answerToShare(request: Request): Promise<Response> | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'POST' || origin !== location.origin || pathname !== sharePath)
    return undefined;
  return keepPhotos(request).then(
    () => Response.redirect('/sell', 303),
    () => Response.redirect('/sell', 303),
  );
}

async function keepPhotos(request: Request): Promise<void> {
  const shared = (await request.formData()).getAll('photos');
  const photos = shared.filter((one) => one instanceof File).slice(0, photosMost);
  // What was shared before and not fetched makes room.
  await caches.delete(cacheName);
  const cache = await caches.open(cacheName);
  for (const [index, photo] of photos.entries())
    await cache.put(
      `/shared/${String(index).padStart(2, '0')}`,
      new Response(photo, {
        headers: { 'content-type': photo.type, 'x-name': encodeURIComponent(photo.name) },
      }),
    );
}
