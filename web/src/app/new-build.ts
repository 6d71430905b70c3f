/** A page that stays open looks for a new build when it is looked at again, at most this often, in milliseconds. */
const lookMs = 60 * 60_000;
/** A worker that does not answer by then (ms) is one from before it could. */
const answerMs = 2_000;

/**
 * Calls `offer`, with what loads the page anew, once a build is there that this page is not of. A page that is of the new
 * build already, since it was loaded after the build came, lets its worker begin at once.
 */
export function watchBuilds(
  registration: ServiceWorkerRegistration,
  offer: (reload: () => void) => void,
): void {
  const { serviceWorker } = navigator;
  let looked = Date.now();

  const look = async () => {
    const { waiting } = registration;
    if (!waiting) return;
    if (await isOfBuild(waiting)) takeOver(waiting);
    else
      offer(() => {
        waiting.addEventListener('statechange', () => {
          if (waiting.state === 'activated') location.reload();
        });
        takeOver(waiting);
      });
  };
  const watch = (worker: ServiceWorker | null) =>
    worker?.addEventListener('statechange', () => void look());

  watch(registration.installing);
  registration.addEventListener('updatefound', () => watch(registration.installing));
  // Another tab has gone over to a new build.
  serviceWorker.addEventListener('controllerchange', () => {
    const { controller } = serviceWorker;
    void (controller && isOfBuild(controller).then((is) => is || offer(() => location.reload())));
  });
  addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - looked < lookMs) return;
    looked = Date.now();
    registration.update().catch(() => undefined);
  });
  void look();
}

const takeOver = (worker: ServiceWorker) => worker.postMessage({ type: 'takeOver' });

/** Whether this page is of the worker's build: their names hold their hashes. */
function isOfBuild(worker: ServiceWorker): Promise<boolean> {
  const paths = [
    ...document.querySelectorAll<HTMLScriptElement>('head script[type=module]'),
    ...document.querySelectorAll<HTMLLinkElement>('head link[rel=stylesheet]'),
  ].map((element) => new URL('src' in element ? element.src : element.href).pathname);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === true);
    setTimeout(() => resolve(false), answerMs);
    worker.postMessage({ type: 'isOfThisBuild', paths }, [port2]);
  });
}
