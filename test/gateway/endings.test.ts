import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { limits } from '../../src/contract/index.js';
import { RawWebSocket } from '../support/raw-web-socket.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let person: Person;
let raw: RawWebSocket | undefined;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  person = await cluster.person('민지');
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);
afterEach(() => raw?.close());

const signIn = async () =>
  (raw = await RawWebSocket.signIn(cluster.gateways[0]!, person.accessToken));

/** `message:send` with this id whose whole frame has so many bytes. */
const eventOf = (bytes: number, id: number | '', filling = 'x'): string => {
  const around = `42${id}["message:send",{"conversationId":"c","clientMessageId":"12345678","text":""}]`;
  const rest = bytes - around.length;
  const width = Buffer.byteLength(filling);
  const text = filling.repeat(Math.floor(rest / width)) + 'x'.repeat(rest % width);
  return around.replace('"text":""', () => `"text":"${text}"`);
};
const tooLarge = { ok: false, error: { code: 'PAYLOAD_TOO_LARGE', retryable: false } };

describe('a frame above the rule', () => {
  test.each(['x', '가', '🚲'])('is answered by its bytes, in %s', async (filling) => {
    const socket = await signIn();
    socket.says(eventOf(limits.frameBytes, 1, filling));
    socket.says(eventOf(limits.frameBytes + 1, 2, filling));
    socket.says(eventOf(limits.transportFrameBytes, 3, filling));
    socket.says('424["sync:pull",{}]');
    expect(await socket.answerTo(1)).toMatchObject({ error: { code: 'VALIDATION_FAILED' } });
    expect(await socket.answerTo(2)).toMatchObject(tooLarge);
    expect(await socket.answerTo(3)).toMatchObject(tooLarge);
    expect(await socket.answerTo(4)).toMatchObject({ ok: true });
  });

  test('is answered also when an attachment is what is large', async () => {
    const socket = await signIn();
    for (const [id, bytes] of [
      [1, limits.frameBytes],
      [2, limits.frameBytes + 1],
    ] as const) {
      socket.says(`451-${id}["message:send",{"text":{"_placeholder":true,"num":0}}]`);
      socket.saysBytes(Buffer.alloc(bytes));
    }
    expect(await socket.answerTo(1)).toMatchObject({ error: { code: 'VALIDATION_FAILED' } });
    expect(await socket.answerTo(2)).toMatchObject(tooLarge);
  });

  test('does nothing when nobody asked for an answer, or the event is unknown', async () => {
    const socket = await signIn();
    socket.says(eventOf(limits.frameBytes + 1, ''));
    socket.says(`42["typing:set","${'x'.repeat(limits.frameBytes)}"]`);
    socket.says(`427["nobody:knows","${'x'.repeat(limits.frameBytes)}"]`);
    socket.says('428["sync:pull",{}]');
    expect(await socket.answerTo(7)).toMatchObject(tooLarge);
    expect(await socket.answerTo(8)).toMatchObject({ ok: true });
  });

  test('and above the bound of the transport ends the connection, without a close frame', async () => {
    const socket = await signIn();
    socket.says(eventOf(limits.transportFrameBytes + 1, 1));
    await socket.hasEnded();
    expect(socket.heardCloseFrame).toBe(false);
  });
});

test('what is no packet ends the connection without a close frame', async () => {
  const socket = await signIn();
  socket.says('42nonsense');
  await socket.hasEnded();
  expect(socket.heardCloseFrame).toBe(false);
});

test('who was let in by nobody is cut off without a close frame', async () => {
  raw = await RawWebSocket.open(cluster.gateways[0]!);
  await raw.hasEnded();
  expect(raw.heardCloseFrame).toBe(false);
}, 20_000);

test('what comes behind a goodbye is not done, and who stays after it is cut off', async () => {
  const seller = await cluster.person('준호');
  const conversation = await person.asksAbout(await seller.lists());
  const socket = await signIn();
  const draft = {
    conversationId: conversation.id,
    clientMessageId: 'behind-a-goodbye',
    text: '안녕',
  };
  socket.saysTogether('41', `421${JSON.stringify(['message:send', draft])}`);
  await socket.hasEnded();
  expect(socket.heardCloseFrame).toBe(false);
  expect(socket.texts.filter((text) => text.startsWith('43'))).toEqual([]);
  expect(await person.log(conversation)).toEqual([]);
}, 20_000);

test('a session that ends is told so, then disconnected', async () => {
  const somebody = await cluster.person('준호');
  const socket = (raw = await RawWebSocket.signIn(cluster.gateways[0]!, somebody.accessToken));
  await somebody.gets('POST', '/v1/auth/logout');
  await socket.hasEnded();
  expect(socket.texts.at(-2)).toBe('42["session:revoked",{"reason":"signedOut"}]');
  expect(socket.texts.at(-1)).toBe('41');
  expect(socket.heardCloseFrame).toBe(false);
});

test("a client's own close frame is answered", async () => {
  const socket = await signIn();
  socket.saysGoodbye();
  await socket.hasEnded();
  expect(socket.heardCloseFrame).toBe(true);
});

test('a handshake over another transport is told what to do, and nothing is logged', async () => {
  const [gateway] = cluster.gateways;
  const before = gateway!.log.length;
  for (const [method, path] of [
    ['GET', '/socket.io/?EIO=4&transport=polling'],
    ['POST', '/socket.io/?EIO=4&transport=polling&sid=none'],
    ['GET', '/socket.io/'],
    ['GET', '/socket.io'],
    ['GET', '/socket.io/socket.io.js'],
    ['OPTIONS', '/socket.io/?EIO=4&transport=polling'],
  ] as const) {
    const answer = await fetch(`${gateway!.url}${path}`, { method });
    expect([path, answer.status]).toEqual([path, 400]);
    expect(await answer.json()).toMatchObject({
      code: 0,
      message: expect.stringMatching(/Transport unknown.*"websocket"/) as unknown,
    });
  }
  // What is logged by now was written before this answer.
  await fetch(`${gateway!.url}/healthz`);
  expect(gateway!.log.slice(before)).not.toMatch(/"level":[3-6]0/);
});
