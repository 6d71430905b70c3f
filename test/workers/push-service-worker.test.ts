import { beforeEach, expect, test } from '@jest/globals';
import {
  takePush,
  type PushPayload,
  type WorkerScope,
} from '../../web/src/service-worker/notifications.js';

interface Shown {
  title: string;
  body: string;
  silent: boolean;
  renotify: boolean;
  data: { seq: number | null };
}

/** What a browser gives a service worker, as far as notifications go: one for each tag. */
class Browser {
  readonly shown = new Map<string, Shown>();
  /** Tags of what tells something: where a push leaves nothing to see, a quiet one stands in for a moment. */
  get told(): string[] {
    return [...this.shown.keys()].filter((tag) => tag !== 'haggle-quiet');
  }
  /** What it says of open pages, call by call; afterwards at once that there are none. */
  readonly slowly: Promise<[]>[] = [];
  private readonly kept = new Map<string, string>();

  readonly scope = {
    registration: {
      showNotification: (title: string, options: Shown & { tag: string }) => {
        this.shown.set(options.tag, { ...options, title });
        return Promise.resolve();
      },
      getNotifications: ({ tag }: { tag?: string } = {}) =>
        Promise.resolve(
          [...this.shown]
            .filter(([shownTag]) => tag === undefined || shownTag === tag)
            .map(([shownTag, one]) => ({ ...one, close: () => this.shown.delete(shownTag) })),
        ),
    },
    clients: { matchAll: () => this.slowly.shift() ?? Promise.resolve([]) },
    navigator: { language: 'ko' },
    caches: {
      open: () =>
        Promise.resolve({
          match: (key: string) => {
            const text = this.kept.get(key);
            return Promise.resolve(text === undefined ? undefined : new Response(text));
          },
          put: async (key: string, value: Response) => void this.kept.set(key, await value.text()),
        }),
    },
  } as unknown as WorkerScope;
}

let browser: Browser;
beforeEach(() => {
  browser = new Browser();
});

const push = (given: Partial<PushPayload>) =>
  takePush(browser.scope, {
    id: 'x',
    conversationId: 'c',
    tag: 'c',
    seq: 1,
    badge: 1,
    title: '민지',
    body: '',
    sound: true,
    silent: false,
    ...given,
  });
const change = (given: Partial<PushPayload>) => push({ sound: false, ...given });

const words = () => browser.shown.get('c')?.body;

test('other words take the place of what is shown, without a sound', async () => {
  await push({ seq: 2, body: '역 앞에서 봐요' });
  await change({ seq: 2, replaces: 2, body: '학교 앞에서 봐요' });
  expect(browser.shown.get('c')).toMatchObject({
    body: '학교 앞에서 봐요',
    silent: true,
    renotify: false,
  });
});

test('an earlier one takes the place of what was taken back, and can be taken back itself', async () => {
  await push({ seq: 1, body: '하나' });
  await push({ seq: 2, body: '둘' });
  await change({ seq: 1, replaces: 2, body: '하나' });
  expect(words()).toBe('하나');
  await change({ seq: 1, replaces: 1, silent: true });
  expect(browser.told).toHaveLength(0);
  expect(browser.shown.get('haggle-quiet')).toMatchObject({ silent: true });
});

test('nothing comes up again: not what was wiped away, and not what something newer replaced', async () => {
  await push({ seq: 2, body: '둘' });
  browser.shown.clear();
  await change({ seq: 2, replaces: 2, body: '다른 둘' });
  expect(browser.told).toHaveLength(0);
  await push({ seq: 3, body: '셋' });
  await change({ seq: 2, replaces: 2, body: '다른 둘' });
  await change({ seq: 2, replaces: 2, silent: true });
  expect(words()).toBe('셋');
});

test('what came first stays behind what came later, however late the browser answers it', async () => {
  let answer!: () => void;
  browser.slowly.push(new Promise((resolve) => (answer = () => resolve([]))));
  const both = [push({ seq: 2, body: '둘' }), push({ seq: 3, body: '셋' })];
  // Time enough for whoever does not wait for the first.
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  answer();
  await Promise.all(both);
  expect(words()).toBe('셋');
});

test('the change overtakes what it changes: the new words are shown, and the old ones never', async () => {
  await change({ seq: 2, replaces: 2, body: '다른 둘' });
  expect(words()).toBe('다른 둘');
  await push({ seq: 2, body: '둘' });
  expect(words()).toBe('다른 둘');
  browser.shown.clear();
  await change({ seq: 5, replaces: 5, silent: true });
  await push({ seq: 5, body: '다섯' });
  expect(browser.told).toHaveLength(0);
});

test('news of a listing lead to it, and the same come up once', async () => {
  const news = { conversationId: null, listingId: 'a/b', tag: 'news-a/b', body: '자전거' };
  await push({ ...news, seq: 3 });
  expect(browser.shown.get('news-a/b')).toMatchObject({ data: { path: '/listings/a%2Fb' } });
  browser.shown.clear();
  await push({ ...news, seq: 3 });
  expect(browser.told).toHaveLength(0);
  await push({ ...news, seq: 4 });
  expect(browser.told).toHaveLength(1);
});
