/**
 * What the service worker does with a push and with a tap, apart from the worker itself, so that it is plain what it
 * needs of a browser.
 */

/** Decrypted payload of a push, as the server's Web Push adapter writes it. */
export interface PushPayload {
  id: string;
  conversationId: string | null;
  /** The listing that it is about. */
  listingId?: string;
  seq: number | null;
  badge: number;
  /** Absent when the push service took ids only. */
  title?: string;
  body?: string;
  tag: string;
  sound: boolean;
  silent: boolean;
  /** It stands for the entry of this `seq`, whose words were edited or taken back. */
  replaces?: number;
}

interface Shown {
  data: unknown;
  close(): void;
}

/** What is kept with a notification; one of an earlier version has no seq. */
interface ShownData {
  path: string;
  seq?: number | null;
}

interface OpenPage {
  visibilityState: string;
  focus(): Promise<unknown>;
  postMessage(message: object, transfer?: Transferable[]): void;
}

/** Of the global scope of a service worker, what is used here. */
export interface WorkerScope {
  registration: {
    showNotification(title: string, options: object): Promise<void>;
    getNotifications(filter?: { tag: string }): Promise<Shown[]>;
  };
  clients: {
    matchAll(filter: object): Promise<readonly OpenPage[]>;
    openWindow(path: string): Promise<unknown>;
  };
  navigator: { language: string; setAppBadge?: (count: number) => Promise<void> };
  caches: CacheStorage;
}

/** Where the highest number shown of each conversation is noted: a notification that was wiped away is not shown again. */
const marks = 'haggle-push-shown';
const mark = (tag: string) => `/push-shown/${encodeURIComponent(tag)}`;

/** Ends when the push before it is dealt with. */
let before: Promise<unknown> = Promise.resolve();

/** One after the other: what came first must not take the place of what came later because a page answered it late. */
export function takePush(scope: WorkerScope, payload: PushPayload): Promise<void> {
  const taken = before.then(() => takeOne(scope, payload)).then(() => leaveSomething(scope));
  before = taken.catch(() => undefined);
  return taken;
}

/** Of the notification that stands in where a push left nothing to see, and how long it stays, in milliseconds. */
const quietTag = 'haggle-quiet';
const quietMs = 1_000;

/**
 * Where a push leaves nothing to see, and no page is visible, browsers show words of their own or take the permission
 * away. So something is there, without a sound, until the browser has looked.
 */
async function leaveSomething(scope: WorkerScope): Promise<void> {
  const isVisible = (await pagesOf(scope)).some((page) => page.visibilityState === 'visible');
  if (isVisible || (await scope.registration.getNotifications()).length > 0) return;
  const isKorean = scope.navigator.language.startsWith('ko');
  await scope.registration.showNotification('Haggle', {
    body: isKorean ? '다른 기기에서 확인했어요' : 'Read on another device',
    tag: quietTag,
    silent: true,
    icon: '/favicon.svg',
    data: { path: '/chats' },
  });
  setTimeout(() => void closeQuiet(scope), quietMs);
}

async function closeQuiet(scope: WorkerScope): Promise<void> {
  for (const shown of await scope.registration.getNotifications({ tag: quietTag })) shown.close();
}

async function takeOne(scope: WorkerScope, payload: PushPayload): Promise<void> {
  const { tag, seq, silent, badge, replaces } = payload;
  // A browser may refuse to show a number, and the words are to be shown all the same.
  await scope.navigator.setAppBadge?.(badge).catch(() => undefined);
  if (silent) return takeAway(scope, payload);
  const known = await shownSeq(scope, tag);
  if (replaces !== undefined && replaces <= known) return replace(scope, payload, replaces);
  if (seq !== null && seq <= known) return;
  // Browsers want something shown for a push, but not while the page that it is about is looked at.
  if (await isLookedAt(scope, payload)) return;
  if (seq !== null) await noteSeq(scope, tag, Math.max(seq, replaces ?? 0));
  await show(scope, payload);
}

const show = (scope: WorkerScope, payload: PushPayload): Promise<void> =>
  scope.registration.showNotification(payload.title ?? 'Haggle', {
    body: payload.body ?? '새 소식이 있어요',
    tag: payload.tag,
    // The next one takes its place without a sound, unless it is to be heard.
    renotify: payload.sound,
    silent: !payload.sound,
    icon: '/favicon.svg',
    data: { path: pathOf(payload), seq: payload.seq },
  });

/** Other words for what is shown, if it still is. */
async function replace(scope: WorkerScope, payload: PushPayload, seq: number): Promise<void> {
  const shown = await scope.registration.getNotifications({ tag: payload.tag });
  if (shown.some(({ data }) => (data as ShownData | null)?.seq === seq)) await show(scope, payload);
}

/** Read elsewhere, up to an entry: what is newer stays, and what arrives late of the rest is not shown any more. */
async function takeAway(scope: WorkerScope, { tag, seq }: PushPayload): Promise<void> {
  if (seq === null) return;
  if (seq > (await shownSeq(scope, tag))) await noteSeq(scope, tag, seq);
  for (const shown of await scope.registration.getNotifications({ tag }))
    if (((shown.data as ShownData | null)?.seq ?? 0) <= seq) shown.close();
}

/** To a page of the app that is open, else to a new one. */
export async function openNotification(scope: WorkerScope, notification: Shown): Promise<void> {
  notification.close();
  const { path } = notification.data as ShownData;
  const pages = await appPages(scope);
  const page = pages.find(({ visibilityState }) => visibilityState === 'visible') ?? pages[0];
  if (!page) return void (await scope.clients.openWindow(path));
  page.postMessage({ type: 'open', path });
  await page.focus();
}

function pathOf({ conversationId, listingId }: PushPayload): string {
  if (listingId !== undefined) return `/listings/${encodeURIComponent(listingId)}`;
  return conversationId === null ? '/chats' : `/chats/${encodeURIComponent(conversationId)}`;
}

const pagesOf = (scope: WorkerScope) =>
  scope.clients.matchAll({ type: 'window', includeUncontrolled: true });

/** Those that answer. The others, like the served guides, have no place for what is to be opened. */
async function appPages(scope: WorkerScope): Promise<OpenPage[]> {
  const pages = await pagesOf(scope);
  const paths = await Promise.all(pages.map((page) => answerOf(page, 'where')));
  return pages.filter((_, index) => paths[index] !== undefined);
}

async function isLookedAt(scope: WorkerScope, payload: PushPayload): Promise<boolean> {
  if (payload.conversationId === null && payload.listingId === undefined) return false;
  const visible = (await pagesOf(scope)).filter((page) => page.visibilityState === 'visible');
  // Visible beside another window is not looked at: the page knows whether it has the focus.
  const looks = await Promise.all(visible.map((page) => answerOf(page, 'looksAt')));
  return looks.includes(pathOf(payload));
}

/** A page that does not answer by then shows nothing that could be read. */
const answerMs = 500;

/** What a page shows, or looks at, by now. The worker itself knows only the address at which it was opened. */
function answerOf(page: OpenPage, type: 'where' | 'looksAt'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data as string);
    setTimeout(() => resolve(undefined), answerMs);
    page.postMessage({ type }, [port2]);
  });
}

async function shownSeq(scope: WorkerScope, tag: string): Promise<number> {
  const noted = await (await scope.caches.open(marks)).match(mark(tag));
  return noted ? Number(await noted.text()) : 0;
}

async function noteSeq(scope: WorkerScope, tag: string, seq: number): Promise<void> {
  await (await scope.caches.open(marks)).put(mark(tag), new Response(String(seq)));
}
