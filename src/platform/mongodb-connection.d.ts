/** The part of the driver that closed-connections.ts mends; the driver has no types for it. */
declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';

  export class Connection {
    readonly socket: Socket;
    readonly closed: boolean;
    cleanup(error: Error): void;
  }
}
