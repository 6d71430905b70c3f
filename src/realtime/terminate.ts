import type { Server, Socket } from 'socket.io';

type OnConnection = Pick<Socket, 'conn'>;

/** The part of `ws` that its owner, Engine.IO, keeps to itself in its types. */
interface WebSocket {
  bufferedAmount: number;
  close(code?: number, reason?: Buffer): void;
  terminate(): void;
  _closeFrameReceived: boolean;
}

/**
 * Ends a connection at once, without a close frame; what waits to be written is dropped. Every client takes that for a
 * bad network and connects again by itself: after a close frame Android's hears nothing for 45 s and C++'s never comes
 * back. Whoever must stay away is told `session:revoked` and disconnected instead.
 */
export function terminate(socket: OnConnection): void {
  socket.conn.close(true);
}

/**
 * Nobody on this server ends a connection with a close frame: neither it nor Socket.IO, nor the WebSocket itself when a
 * frame is over its bound. Only the close frame of a client is answered by one.
 */
export function withoutCloseFrames(io: Pick<Server, 'engine'>): void {
  io.engine.on('connection', (connection: { transport: { socket: WebSocket } }) => {
    const webSocket = connection.transport.socket;
    const answerClose = webSocket.close.bind(webSocket);
    webSocket.close = (code, reason) => {
      if (webSocket._closeFrameReceived) answerClose(code, reason);
      else webSocket.terminate();
    };
  });
}

/** Everything that was said to this socket is with the kernel: it arrives also when the connection ends now. */
export function isWritten({ conn }: OnConnection): boolean {
  const { writeBuffer, transport } = conn as unknown as {
    writeBuffer: unknown[];
    transport: { socket: WebSocket };
  };
  return writeBuffer.length === 0 && transport.socket.bufferedAmount === 0;
}
