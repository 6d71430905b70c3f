import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { once } from 'node:events';
import { Server, type Socket } from 'socket.io';
import { io as connect, type Socket as Client } from 'socket.io-client';
import { frameOnce, parser, type EncodedPacket } from '../../src/realtime/frames.js';
import { writeOnceATurn } from '../../src/realtime/one-write.js';
import { within } from '../support/eventually.js';

/** Socket.IO as the gateway has it, with one client, and the sizes of the writes to its TCP connection. */
let http: HttpServer;
let server: Server;
let client: Client;
let socket: Socket;
const writes: number[] = [];

beforeAll(async () => {
  http = createServer();
  server = new Server(http, { transports: ['websocket'], parser, perMessageDeflate: false });
  writeOnceATurn(server);
  server.engine.on('connection', (conn: NodeJS.EventEmitter) => {
    conn.on('packetCreate', (packet: EncodedPacket) => frameOnce(packet));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const connected = once(server, 'connection') as Promise<[Socket]>;
  client = connect(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
  await once(client as unknown as NodeJS.EventEmitter, 'connect');
  [socket] = await connected;
  const { transport } = socket.conn as unknown as { transport: { socket: { _socket: TcpSocket } } };
  const tcp = transport.socket._socket;
  const write = tcp.write.bind(tcp) as (data: Buffer, done?: () => void) => boolean;
  tcp.write = ((data: Buffer, done?: () => void) => {
    writes.push(data.length);
    return write(data, done);
  }) as typeof tcp.write;
}, 30_000);

afterAll(async () => {
  client?.close();
  await server?.close();
});

test('what a device gets in one turn of the event loop is one write, and arrives in order', async () => {
  const heard: unknown[] = [];
  const everything = new Promise<void>((resolve) =>
    client.on('said', (what: unknown) => {
      heard.push(what);
      if (what === 'last') resolve();
    }),
  );
  const long = '가'.repeat(30_000);
  socket.emit('said', 1);
  await Promise.resolve();
  socket.emit('said', long);
  process.nextTick(() => socket.emit('said', 'last'));
  await within('it is heard', everything);
  expect(heard).toEqual([1, long, 'last']);
  expect(writes).toHaveLength(1);

  // A packet of Engine.IO itself has no frame of its own; it goes out in its place.
  const ping = once(client.io as unknown as NodeJS.EventEmitter, 'ping');
  const again = new Promise((resolve) => client.once('again', resolve));
  socket.emit('before');
  (socket.conn as unknown as { sendPacket(type: string): void }).sendPacket('ping');
  socket.emit('again');
  await within('they arrive', Promise.all([ping, again]));
});

test('what was sent just before a connection is ended arrives', async () => {
  const told = once(client as unknown as NodeJS.EventEmitter, 'told');
  const gone = once(client as unknown as NodeJS.EventEmitter, 'disconnect');
  socket.emit('told', 'why');
  socket.disconnect(true);
  expect((await within('it is told', told))[0]).toBe('why');
  await within('it ends', gone);
});
