import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { RawHttp } from '../support/raw-http.js';
import { RawWebSocket } from '../support/raw-web-socket.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let person: Person;
const open: { close(): void }[] = [];

beforeAll(async () => {
  cluster = await TestCluster.shared();
  person = await cluster.person('민지');
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

const connection = (): RawHttp => {
  const http = new RawHttp(cluster.gateways[0]!);
  open.push(http);
  return http;
};

/** As the HTTP client of the JDK asks for HTTP/2 on its first request. */
const h2c = 'Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAEAAEAAAAIAAAAA';
const body = JSON.stringify({ email: 'nobody@test.example', password: 'wrong horse battery' });
const logIn = (headers: string, sent: string) =>
  `POST /v1/auth/login HTTP/1.1\nHost: here\n${headers}\nContent-Type: application/json\n${sent}`;
const withLength = `Content-Length: ${body.length}\n\n${body}`;

test('a GET that asks for HTTP/2 is answered over HTTP/1.1', async () => {
  const http = connection().says(`GET /healthz HTTP/1.1\nHost: here\n${h2c}\n\n`);
  expect(await http.statuses(1)).toEqual([200]);
  expect(http.received).toContain('{"ok":true}');
});

test('a POST that asks for HTTP/2 keeps its body, in one piece, in pieces or in chunks', async () => {
  const whole = connection().says(logIn(h2c, withLength));
  const inPieces = connection().says(logIn(h2c, withLength.slice(0, -10)));
  const chunked = `Transfer-Encoding: chunked\n\n${body.length.toString(16)}\n${body}\n0\n\n`;
  const inChunks = connection().says(logIn(h2c, chunked));
  const onHold = connection().says(logIn(`${h2c}\nExpect: 100-continue`, withLength));
  expect(await whole.statuses(1)).toEqual([401]);
  inPieces.says(withLength.slice(-10));
  expect(await inPieces.statuses(1)).toEqual([401]);
  expect(await inChunks.statuses(1)).toEqual([401]);
  expect(await onHold.statuses(2)).toEqual([100, 401]);
  expect(whole.received).toContain('"UNAUTHENTICATED"');
});

test('requests behind each other on one connection are answered in their order', async () => {
  const plain = (path: string) => `GET ${path} HTTP/1.1\nHost: here\n\n`;
  const asking = (path: string) => `GET ${path} HTTP/1.1\nHost: here\n${h2c}\n\n`;
  const http = connection().says(
    plain('/readyz') +
      plain('/v1/nothing') +
      asking('/healthz') +
      logIn(h2c, withLength) +
      asking('/v1/me') +
      plain('/healthz'),
  );
  expect(await http.statuses(6)).toEqual([200, 404, 200, 401, 401, 200]);
});

test('a connection is kept for longer than proxies keep theirs, who must give up first', async () => {
  const http = connection().says('GET /healthz HTTP/1.1\nHost: here\n\n');
  expect(await http.statuses(1)).toEqual([200]);
  expect(http.received).toContain('\r\nKeep-Alive: timeout=75\r\n');
});

test('who asks to close as well is closed to', async () => {
  const close = h2c.replace('Connection: ', 'Connection: close, ');
  const http = connection().says(`GET /healthz HTTP/1.1\nHost: here\n${close}\n\n`);
  await http.hasEnded();
  expect(http.received).toMatch(/^HTTP\/1\.1 200 /);
});

test.each([
  ['websocket', '/v1/me', 401],
  ['websocket', '/healthz', 200],
  ['WebSocket', '/socket', 200],
  ['something/7', '/healthz', 200],
])('Upgrade: %s at %s is answered as if it were not asked for', async (protocol, path, status) => {
  const http = connection().says(
    `GET ${path} HTTP/1.1\nHost: here\nConnection: Upgrade\nUpgrade: ${protocol}\n` +
      'Sec-WebSocket-Version: 13\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\n\n',
  );
  expect(await http.statuses(1)).toEqual([status]);
});

test.each(['EIO=3', 'EIO=5', 'EIO=4&EIO=3', 'EIO=4?EIO=3', 'EIO=', 'eio=4'])(
  'a WebSocket of another Engine.IO (%s) is refused in words before it is one',
  async (version) => {
    const http = connection().says(
      `GET /socket.io/?${version}&transport=websocket HTTP/1.1\nHost: here\n` +
        'Connection: Upgrade\nUpgrade: websocket\n' +
        'Sec-WebSocket-Version: 13\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\n\n',
    );
    expect(await http.statuses(1)).toEqual([400]);
    await http.hasEnded();
    expect(http.received).toContain('this server speaks Engine.IO 4');
    expect(http.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  },
);

test.each(['3', '4'])(
  'a plain request (EIO=%s) is told to connect by WebSocket',
  async (version) => {
    const http = connection().says(
      `GET /socket.io/?EIO=${version}&transport=websocket HTTP/1.1\nHost: here\n\n`,
    );
    expect(await http.statuses(1)).toEqual([400]);
    expect(http.received).toContain('connect by WebSocket');
  },
);

test('at the path of the sockets only a WebSocket is let in', async () => {
  const http = connection().says(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\nHost: here\n${h2c}\n\n`,
  );
  expect(await http.statuses(1)).toEqual([400]);
  await http.hasEnded();
  open.push(await RawWebSocket.signIn(cluster.gateways[0]!, person.accessToken));
});
