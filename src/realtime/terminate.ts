import type { Server, Socket } from 'socket.io';

type OnConnection = Pick<Socket, 'conn'>;
/** One connection of Engine.IO, which carries a socket. */
export type Connection = Socket['conn'];

/** The part of `ws` that its owner, Engine.IO, leaves out of its types. */
interface WebSocket {
  /** Bytes written to it that the system has not taken yet. */
  readonly bufferedAmount: number;
  close(code?: number, reason?: Buffer): void;
  /** Ends the connection in any state, and frees what waits for it. */
  terminate(): void;
  _closeFrameReceived: boolean;
}

export const webSocketOf = ({ transport }: Pick<Connection, 'transport'>): WebSocket =>
  (transport as unknown as { socket: WebSocket }).socket;

/**
 * Ends a connection at once, without a close frame; what waits to be written is dropped. Every client takes this for a
 * bad network and connects again by itself: after a close frame Android's waits 45 s and C++'s never comes back. A
 * client that must stay away is sent `session:revoked` and disconnected instead.
 */
export function terminate(socket: OnConnection): void {
  socket.conn.close(true);
}

/**
 * Makes sure that this server never ends a connection with a close frame, be it Socket.IO or the WebSocket itself when
 * a frame is too large. Only the close frame of a client is answered by one.
 */
export function withoutCloseFrames(io: Pick<Server, 'engine'>): void {
  io.engine.on('connection', (connection: Connection) => {
    const webSocket = webSocketOf(connection);
    const answerClose = webSocket.close.bind(webSocket);
    webSocket.close = (code, reason) => {
      if (webSocket._closeFrameReceived) answerClose(code, reason);
      else webSocket.terminate();
    };
  });
}

/** Whether the kernel has everything that was sent: it then arrives even when the connection ends now. */
export function isWritten({ conn }: OnConnection): boolean {
  const { writeBuffer } = conn as unknown as { writeBuffer: unknown[] };
  return writeBuffer.length === 0 && webSocketOf(conn).bufferedAmount === 0;
}
