import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const FINAL = 0x80;
const MASKED = 0x80;

/** Answers pings without words, which is all that the servers here send. */
const emptyPong = Buffer.from([FINAL | PONG, MASKED, 0, 0, 0, 0]);

/**
 * A WebSocket client that does as little work as possible, since the generator shares the cores with the servers that
 * it measures. It is only for servers on loopback that we know: whole text frames, no compression, and a mask of zeros
 * (a real one protects proxies on the way, and there is none).
 */
export class LeanWebSocket {
  private hear: (text: string) => void = () => undefined;

  private constructor(
    private readonly socket: Socket,
    private rest: Buffer,
    private readonly ended: (reason: string) => void,
  ) {
    socket.on('error', (error) => ended(error.message));
    socket.on('close', () => ended('closed'));
  }

  /** Resolves once the server has switched to WebSocket; `ended` is called at least once at the end. */
  static async open(
    port: number,
    path: string,
    ended: (reason: string) => void,
  ): Promise<LeanWebSocket> {
    const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '\r\n',
      ].join('\r\n'),
    );
    let answer: Buffer = Buffer.alloc(0);
    while (!answer.includes('\r\n\r\n')) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      answer = Buffer.concat([answer, chunk]);
    }
    const end = answer.indexOf('\r\n\r\n') + 4;
    const [status] = answer.toString('latin1', 0, end).split('\r\n');
    if (!status?.startsWith('HTTP/1.1 101')) throw new Error(`no WebSocket here: ${status}`);
    // Data that comes before `listen` waits.
    socket.pause();
    return new LeanWebSocket(socket, answer.subarray(end), ended);
  }

  /** Passes on every text from now on, beginning with what came with the handshake. */
  listen(hear: (text: string) => void): void {
    this.hear = hear;
    this.take(Buffer.alloc(0));
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.resume();
  }

  /** Stops reading. */
  pause(): void {
    this.socket.pause();
  }

  send(text: string): void {
    const length = Buffer.byteLength(text);
    const header = length < 126 ? 6 : 8;
    const frame = Buffer.allocUnsafe(header + length);
    frame[0] = FINAL | TEXT;
    if (length < 126) frame[1] = MASKED | length;
    else {
      if (length > 0xffff) throw new Error('the generator sends no text of this length');
      frame[1] = MASKED | 126;
      frame.writeUInt16BE(length, 2);
    }
    frame.writeUInt32BE(0, header - 4);
    frame.write(text, header);
    this.socket.write(frame);
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    let data = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    for (;;) {
      const frame = frameIn(data);
      if (!frame) break;
      if (frame.kind === CLOSE) this.ended('closed by the server');
      else if (frame.kind === TEXT) this.hear(data.toString('utf8', frame.from, frame.to));
      else if (frame.kind === PING) this.socket.write(emptyPong);
      else throw new Error(`a frame of kind ${frame.kind} is not understood`);
      data = data.subarray(frame.to);
    }
    this.rest = data;
  }
}

/** Where the payload of the first frame is; undefined until it has arrived in full. */
function frameIn(data: Buffer): { kind: number; from: number; to: number } | undefined {
  if (data.length < 2) return undefined;
  const short = data[1]! & 0x7f;
  const from = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (data.length < from) return undefined;
  const length =
    short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  const to = from + length;
  return data.length < to ? undefined : { kind: data[0]! & 0x0f, from, to };
}
