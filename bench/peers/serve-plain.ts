import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server, Socket } from 'socket.io';
import { verify } from './sign.js';

/** What a device of these two peers sends. */
export interface PlainSend {
  conversationId: string;
  clientMessageId: string;
  text: string;
}

/**
 * The connection layer of the peers that exist only for the comparison, the same for both: a token at the handshake, a
 * room per person, one event, and an answer in every case. Ends with the benchmark.
 */
export function servePlain(options: {
  http: HttpServer;
  io: Server;
  secret: string;
  /** Stores what the person sends and tells the other side; its result is the acknowledgement. */
  send: (userId: string, sent: PlainSend) => Promise<object>;
}): void {
  const { http, io, secret, send } = options;
  const userOf = (socket: Socket) => socket.data as { userId: string };
  io.use((socket, next) => {
    try {
      userOf(socket).userId = verify(socket.handshake.auth.token, secret);
      next();
    } catch {
      next(new Error('unauthorized'));
    }
  });
  io.on('connection', (socket) => {
    const { userId } = userOf(socket);
    void socket.join(`user:${userId}`);
    socket.emit('session:ready', { userId });
    socket.on('message:send', (sent: PlainSend, ack: (answer: object) => void) => {
      send(userId, sent).then(
        (message) => ack({ ok: true, data: { message } }),
        (error: Error) => ack({ ok: false, error: { message: error.message } }),
      );
    });
  });
  http.listen(0, '127.0.0.1', () =>
    process.send?.({ type: 'ready', port: (http.address() as AddressInfo).port }),
  );
  for (const end of ['disconnect', 'SIGTERM'] as const) process.on(end, () => process.exit(0));
}
