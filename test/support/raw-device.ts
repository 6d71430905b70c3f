import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from './eventually.js';

/**
 * A WebSocket that does as it is told and nothing by itself: it may stop reading, keep silent about pings and close
 * frames, and send several frames in one write.
 */
export class RawDevice {
  /** Texts read so far, as Engine.IO writes them. */
  readonly texts: string[] = [];
  closeFrames = 0;
  ended = false;
  private rest: Buffer = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.ended = true));
  }

  /** The first line of the answer when the server does not agree to speak WebSocket. */
  static async opens(
    port: number,
    headers: Record<string, string> = {},
    query = '',
  ): Promise<RawDevice | string> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const lines = {
      Host: `127.0.0.1:${port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...headers,
    };
    const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
    socket.write(
      [`GET /socket.io/?EIO=4&transport=websocket${query} HTTP/1.1`, ...text, '', ''].join('\r\n'),
    );
    let head: Buffer = Buffer.alloc(0);
    while (!head.includes('\r\n\r\n')) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      head = Buffer.concat([head, chunk]);
    }
    const end = head.indexOf('\r\n\r\n') + 4;
    const status = head.toString('latin1', 0, head.indexOf('\r\n'));
    if (!status.startsWith('HTTP/1.1 101')) {
      socket.destroy();
      return status;
    }
    const device = new RawDevice(socket);
    device.take(head.subarray(end));
    return device;
  }

  /** One that is signed in and told that its room is live. */
  static async connects(port: number, token: string): Promise<RawDevice> {
    const device = await RawDevice.opens(port);
    if (typeof device === 'string') throw new Error(device);
    device.sends(`40${JSON.stringify({ token })}`);
    await eventually('session:ready', () =>
      device.texts.some((text) => text.startsWith('42["session:ready"')),
    );
    return device;
  }

  /** All of them in one write. */
  sends(...texts: string[]): void {
    this.socket.write(Buffer.concat(texts.map(frameOf)));
  }

  /** The acknowledgement of the event that was sent under this number. */
  ack(number: number): unknown {
    const start = `43${number}[`;
    const found = this.texts.find((text) => text.startsWith(start));
    return found && (JSON.parse(found.slice(start.length - 1)) as unknown[])[0];
  }

  stopsReading(): void {
    this.socket.pause();
  }

  readsOn(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const { rest } = this;
      if (rest.length < 2) return;
      const short = rest[1]! & 0x7f;
      const from = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (rest.length < from) return;
      const length =
        short < 126
          ? short
          : short === 126
            ? rest.readUInt16BE(2)
            : Number(rest.readBigUInt64BE(2));
      if (rest.length < from + length) return;
      const kind = rest[0]! & 0x0f;
      if (kind === 0x8) this.closeFrames += 1;
      if (kind === 0x1) this.texts.push(rest.toString('utf8', from, from + length));
      this.rest = rest.subarray(from + length);
    }
  }
}

/** A whole text in one frame, under a mask of zeros. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const short = body.length < 126;
  const header = Buffer.alloc(short ? 6 : 8);
  header[0] = 0x81;
  header[1] = 0x80 | (short ? body.length : 126);
  if (!short) header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}
