import { answerFromShell, dropOldShells, isOfThisBuild, keepShell } from './shell-cache.js';
import { answerToShare } from './shared-photos.js';
import { openNotification, takePush, type PushPayload, type WorkerScope } from './notifications.js';

interface WorkerEvent {
  waitUntil(done: Promise<unknown>): void;
}
/** What `app/new-build.ts` says. */
type FromPage = { type: 'isOfThisBuild'; paths: readonly string[] } | { type: 'takeOver' };
type Listen = <E extends WorkerEvent>(type: string, listener: (event: E) => void) => void;

/**
 * Built to /service-worker.js, so that its scope is the whole site. It shows notifications, and opens the app where there
 * is no network; it keeps nothing of a person.
 */
const scope = self as unknown as WorkerScope & {
  addEventListener: Listen;
  skipWaiting(): Promise<void>;
};

// A new build waits until nobody uses the one before it, or somebody reloads for it.
scope.addEventListener('install', (event) => event.waitUntil(keepShell()));

scope.addEventListener('activate', (event) => event.waitUntil(dropOldShells()));

scope.addEventListener<
  WorkerEvent & { request: Request; respondWith(answer: Promise<Response>): void }
>('fetch', (event) => {
  const answer = answerToShare(event.request) ?? answerFromShell(event.request);
  if (answer) event.respondWith(answer);
});

scope.addEventListener<WorkerEvent & { data: { json(): unknown } | null }>('push', (event) => {
  if (event.data) event.waitUntil(takePush(scope, event.data.json() as PushPayload));
});

scope.addEventListener<WorkerEvent & { notification: { data: unknown; close(): void } }>(
  'notificationclick',
  (event) => event.waitUntil(openNotification(scope, event.notification)),
);

scope.addEventListener<WorkerEvent & { data: FromPage; ports: readonly MessagePort[] }>(
  'message',
  (event) => {
    const { data, ports } = event;
    if (data.type === 'isOfThisBuild') ports[0]?.postMessage(isOfThisBuild(data.paths));
    if (data.type === 'takeOver') event.waitUntil(scope.skipWaiting());
  },
);
