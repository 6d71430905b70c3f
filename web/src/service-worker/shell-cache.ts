/**
 * The app opens without a network: its files are kept when the service worker is installed, all of one build together.
 * Pages come from the network first, so that nobody is held on an old build.
 */

/** The build puts the paths of the files here. */
const files = '__SHELL_FILES__'.split(',');
const page = '/';
/** Each build has a cache of its own: the names of its files hold their hashes. */
const name = `shell ${files.join()}`;
/** Pages of the app; others, such as the documents, say themselves that there is no network. */
const pages =
  /^\/($|search$|listings\/|sell$|chats($|\/)|people\/|me($|\/)|(moderation|operator)($|\/))/;

/** Rejects where one of the files cannot be had: the browser tries to install again later. */
export async function keepShell(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll([page, ...files]);
}

export async function dropOldShells(): Promise<void> {
  for (const old of await caches.keys())
    if (old.startsWith('shell ') && old !== name) await caches.delete(old);
}

/** Whether a page that is made of these files is of the build of this worker. */
export const isOfThisBuild = (paths: readonly string[]): boolean =>
  paths.every((path) => files.includes(path));

/** Undefined: the request is none of ours. */
export function answerFromShell(request: Request): Promise<Response> | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return undefined;
  if (request.mode === 'navigate' && pages.test(pathname))
    return fetch(request).catch(async (error: unknown) => {
      const kept = await caches.match(page, { cacheName: name });
      if (kept) return kept;
      throw error;
    });
  if (!files.includes(pathname)) return undefined;
  return caches.match(request, { cacheName: name }).then((kept) => kept ?? fetch(request));
}
