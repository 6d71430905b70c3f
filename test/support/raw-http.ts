import { connect, type Socket } from 'node:net';
import { eventually, within } from './eventually.js';
import type { ServerProcess } from './server-process.js';

/** One HTTP connection, byte by byte: what is sent is what the test writes, and nothing is hidden. */
export class RawHttp {
  received = '';
  hasError = false;
  readonly ended: Promise<void>;
  private readonly socket: Socket;

  constructor(gateway: ServerProcess) {
    this.socket = connect(gateway.port, '127.0.0.1');
    this.ended = new Promise((resolve) => this.socket.once('close', () => resolve()));
    this.socket.on('error', () => (this.hasError = true));
    this.socket.on('data', (chunk: Buffer) => (this.received += chunk.toString()));
  }

  /** Sends a text; lines may end with \n alone. */
  says(text: string): this {
    this.socket.write(text.replaceAll('\n', '\r\n'));
    return this;
  }

  /** The status lines received, once there are so many. */
  statuses(count: number): Promise<number[]> {
    return eventually(`${count} answers, of ${this.received}`, () => {
      const statuses = [...this.received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => +code!);
      return statuses.length >= count && statuses;
    });
  }

  hasEnded(): Promise<void> {
    return within('the connection is closed', this.ended);
  }

  close(): void {
    this.socket.destroy();
  }
}
