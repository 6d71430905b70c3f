import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ReactNode } from 'react';
import type { Root } from 'react-dom/client';
import { createHaggleClient, type HaggleClient } from '../../client/index.js';
import {
  createMockGateway,
  type MockGateway,
  type MockPerson,
} from '../../client/testing/index.js';
import { eventually } from '../support/eventually.js';
import { openPage } from '../support/page.js';

const page = openPage();
const { createElement: h, StrictMode } = await import('react');
const { createRoot } = await import('react-dom/client');
const {
  HaggleProvider,
  useConnection,
  useConversation,
  useConversations,
  useHaggle,
  useOutbox,
  usePresence,
} = await import('../../client/react/index.js');

let gateway: MockGateway;
let minji: MockPerson, junho: MockPerson;
let id: string;
let client: HaggleClient;
let connects = 0;
let root: Root;
const complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined);

beforeEach(() => {
  complaints.mockClear();
  connects = 0;
  gateway = createMockGateway();
  [minji, junho] = [gateway.addPerson('민지'), gateway.addPerson('준호')];
  id = gateway.addConversation({ buyer: minji, seller: junho });
  const { openSocket, ...options } = gateway.options(minji);
  client = createHaggleClient({
    ...options,
    openSocket: (url, auth) =>
      openSocket(url, (give) => {
        connects += 1;
        auth(give);
      }),
  });
  root = createRoot(page.root);
});

afterEach(() => {
  root.unmount();
  client.close();
  gateway.close();
  // A warning of React is a fault of ours.
  expect(complaints.mock.calls).toEqual([]);
});

afterAll(async () => {
  complaints.mockRestore();
  await page.close();
});

const draws = (node: ReactNode, strict = true) => {
  const tree = h(HaggleProvider, { client }, node);
  root.render(strict ? h(StrictMode, null, tree) : tree);
};

const shows = (text: string) =>
  eventually(`shows ${text}; it shows ${page.root.textContent}`, () =>
    page.root.textContent.includes(text),
  );
const isLive = () => eventually('is live', () => client.state.snapshot().phase === 'live');

/** Draws what `use` gives, and counts how often. */
function probe(use: () => string): { (): ReactNode; drawn: number } {
  const component = Object.assign(
    () => {
      component.drawn += 1;
      return h('p', null, use());
    },
    { drawn: 0 },
  );
  return component;
}

const useTexts = (conversationId: string) => {
  const { entries, pending } = useConversation(conversationId);
  return [
    ...entries.map(({ message }) => message.text),
    ...pending.map(({ text }) => `(${text})`),
  ].join(' ');
};

test('strict mode mounts twice, connects once, and loses nothing', async () => {
  draws(h(probe(() => useTexts(id))));
  await isLive();
  expect([gateway.sockets(minji), connects]).toEqual([1, 1]);
  for (const text of ['하나', '둘', '셋']) junho.says(id, text);
  await shows('하나 둘 셋');
  client.room(id).send({ text: '넷' });
  await shows('하나 둘 셋 넷');
  expect(gateway.log(id).map(({ text }) => text)).toEqual(['하나', '둘', '셋', '넷']);
});

test('it stays connected while it is mounted somewhere', async () => {
  draws(h(HaggleProvider, { client }, 'two providers'));
  await isLive();
  draws('one provider');
  await shows('one provider');
  expect([client.state.snapshot().phase, connects]).toEqual(['live', 1]);
  root.render(null);
  await eventually('it has left', () => gateway.sockets(minji) === 0);
  draws('again');
  await isLive();
  expect(connects).toBe(2);
});

test('it draws again when something changed, and only then', async () => {
  const other = gateway.addConversation({ buyer: minji, seller: junho, title: '책상' });
  const inbox = probe(() => {
    const delivered = useConversations().map(({ cursors }) => cursors[minji.id]?.deliveredSeq);
    return `delivered ${delivered.join()};`;
  });
  const room = probe(() => useTexts(id));
  const link = probe(() => useConnection().phase);
  const outbox = probe(() => `${useOutbox().messages.length} on their way`);
  const all = [inbox, room, link, outbox];
  const drawn = () => all.map((one) => one.drawn);
  draws(
    all.map((one, key) => h(one, { key })),
    false,
  );
  await shows('live');
  junho.says(other, '다른 방에서');
  await shows('delivered 1,0;');
  const before = drawn();

  junho.says(other, '또 다른 방에서');
  await shows('delivered 2,0;');
  expect(drawn().slice(1)).toEqual(before.slice(1));

  const repeated = {
    conversationId: other,
    clientMessageId: 'said-before',
    kind: 'text' as const,
    text: '세 번째',
  };
  junho.does('message:send', repeated);
  await shows('delivered 3,0;');
  const quiet = drawn();
  // What brings nothing new draws nothing; the typing that follows it is the barrier.
  junho.does('message:send', repeated);
  junho.does('typing:set', { conversationId: id, typing: true });
  await eventually('typing is drawn', () => room.drawn > quiet[1]!);
  expect(drawn()).toEqual([quiet[0], quiet[1]! + 1, quiet[2], quiet[3]]);
});

test('a message is refused, shown in the outbox, and sent again from there', async () => {
  gateway.refuse('message:send', 'CONTENT_REJECTED');
  const Outbox = () => {
    const { messages, ...outbox } = useOutbox();
    const failed = messages.find(({ state }) => state === 'failed');
    if (failed) failures.push(() => outbox.retry(failed.clientMessageId));
    return h('p', null, failed ? `failed: ${failed.error?.code}` : `waiting: ${messages.length}`);
  };
  const failures: (() => unknown)[] = [];
  draws([
    h(Outbox, { key: 1 }),
    h(
      probe(() => useTexts(id)),
      { key: 2 },
    ),
  ]);
  await isLive();
  client.room(id).send({ text: '다시 보낼 말' });
  await shows('failed: CONTENT_REJECTED');
  failures.at(-1)!();
  await shows('waiting: 0다시 보낼 말');
});

test('one sees who is online', async () => {
  draws(h(probe(() => `online: ${usePresence(junho.id)?.online}`)));
  await shows('online: false');
  const other = createHaggleClient(gateway.options(junho));
  other.connect();
  await shows('online: true');
  other.close();
  await shows('online: false');
});

test('a conversation that is not there says so', async () => {
  draws(h(probe(() => `error: ${useConversation('no-such-conversation').error?.code}`)));
  await shows('error: NOT_FOUND');
});

test('hooks say what is missing outside of a provider', () => {
  const problems: unknown[] = [];
  const Outside = () => {
    try {
      useHaggle();
    } catch (error) {
      problems.push(error);
    }
    return null;
  };
  root.render(h(Outside));
  return eventually('it is drawn', () => problems.length > 0).then(() =>
    expect(String(problems[0])).toContain('<HaggleProvider>'),
  );
});

test('the hooks are at most 2 kB on top of the library', () => {
  const script = fileURLToPath(new URL('../support/bundle.mjs', import.meta.url));
  const entry = fileURLToPath(new URL('../../client/react/index.ts', import.meta.url));
  // In a process of its own: the bundler doesn't work inside of jest's.
  const code = execFileSync(process.execPath, [script, entry, 'react']);
  expect(gzipSync(code).length).toBeLessThanOrEqual(2_048);
}, 60_000);
