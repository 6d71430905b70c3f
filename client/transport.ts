import { io } from 'socket.io-client';

/**
 * What the library needs of a socket: a small part of Socket.IO's client socket. A gateway in the same process, a
 * mock or a test, can take its place.
 */
export interface ClientSocket {
  /** A new id after every connect; undefined while not connected. */
  readonly id?: string | undefined;
  connect(): unknown;
  /** Does nothing when neither connected nor trying to be. */
  disconnect(): unknown;
  /** `connect`, `connect_error` (with the error), `disconnect` (with the reason), or an event of the server. */
  on(event: string, listener: (payload: never) => void): unknown;
  /** The answer of the server to one event; rejects when none came in time or the socket was closed. */
  timeout(ms: number): {
    /** `beside`: `{ traceparent }`, where the app has traces. */
    emitWithAck(event: string, payload: unknown, ...beside: object[]): Promise<unknown>;
  };
}

/** Called before every connect; must call `give` with the data of the handshake. */
export type GiveAuth = (give: (auth: object) => void) => void;

/** Makes a socket that is not connected yet and doesn't reconnect by itself. */
export type OpenSocket = (url: string, auth: GiveAuth) => ClientSocket;

/** The longest wait for the network to answer a connect (ms). */
const connectWithinMs = 10_000;

/** Opens the real socket: Socket.IO over WebSocket alone, so no gateway needs sticky sessions. */
export const openSocketIo: OpenSocket = (url, auth) =>
  // Its own reconnection is off: it gives up for good when a gateway refuses, even where a retry would help.
  io(url, {
    transports: ['websocket'],
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    timeout: connectWithinMs,
    auth,
  });
