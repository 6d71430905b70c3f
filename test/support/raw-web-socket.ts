import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { eventually, within } from './eventually.js';
import type { ServerProcess } from './server-process.js';

const textFrame = 1;
const binaryFrame = 2;
const closeFrame = 8;

/**
 * A WebSocket client that does nothing by itself but answer pings of Engine.IO: it shows what the wire carries, close
 * frames included, and never answers one.
 */
export class RawWebSocket {
  /** Texts as Engine.IO wrote them: `40{…}`, `42[…]`, `430[…]`. */
  readonly texts: string[] = [];
  heardCloseFrame = false;
  /** Resolves when the connection has ended, however it did. */
  readonly ended: Promise<void>;
  private bytes = Buffer.alloc(0);
  private isUpgraded = false;

  private constructor(private readonly socket: Socket) {
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.read();
    });
  }

  static async open(gateway: ServerProcess): Promise<RawWebSocket> {
    const socket = connect(gateway.port, '127.0.0.1');
    const raw = new RawWebSocket(socket);
    socket.write(
      [
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
        'Host: 127.0.0.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '',
        '',
      ].join('\r\n'),
    );
    await raw.hears('0{');
    return raw;
  }

  /** Open, and let in as the person of this token. */
  static async signIn(gateway: ServerProcess, token: string): Promise<RawWebSocket> {
    const raw = await RawWebSocket.open(gateway);
    raw.says(`40${JSON.stringify({ token })}`);
    await raw.hears('42["session:ready"');
    return raw;
  }

  says(text: string): void {
    this.write(textFrame, Buffer.from(text));
  }

  /** All in one write, so that the server reads it at once. */
  saysTogether(...texts: string[]): void {
    this.socket.cork();
    for (const text of texts) this.says(text);
    this.socket.uncork();
  }

  saysBytes(bytes: Buffer): void {
    this.write(binaryFrame, bytes);
  }

  saysGoodbye(): void {
    this.write(closeFrame, Buffer.alloc(0));
  }

  /** The first text that begins so, heard already or still to come. */
  hears(beginning: string): Promise<string> {
    return eventually(`the raw socket hears ${beginning}`, () =>
      this.texts.find((text) => text.startsWith(beginning)),
    );
  }

  /** What an event with this id is answered. */
  async answerTo(id: number): Promise<unknown> {
    const text = await this.hears(`43${id}[`);
    return (JSON.parse(text.slice(text.indexOf('['))) as unknown[])[0];
  }

  hasEnded(): Promise<void> {
    return within('the raw socket is ended', this.ended);
  }

  close(): void {
    this.socket.destroy();
  }

  private read(): void {
    if (!this.isUpgraded) {
      const end = this.bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.isUpgraded = true;
      this.bytes = this.bytes.subarray(end + 4);
    }
    while (this.bytes.length >= 2) {
      const short = this.bytes[1]! & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.bytes.length < head) return;
      const length =
        short < 126
          ? short
          : short === 126
            ? this.bytes.readUInt16BE(2)
            : Number(this.bytes.readBigUInt64BE(2));
      if (this.bytes.length < head + length) return;
      this.take(this.bytes[0]! & 0x0f, this.bytes.subarray(head, head + length));
      this.bytes = this.bytes.subarray(head + length);
    }
  }

  private take(kind: number, payload: Buffer): void {
    if (kind === closeFrame) this.heardCloseFrame = true;
    if (kind !== textFrame) return;
    const text = payload.toString();
    if (text === '2') this.says('3');
    else this.texts.push(text);
  }

  /** One frame, masked with zeros as far as the rules go: they ask for a mask, and not for a good one. */
  private write(kind: number, payload: Buffer): void {
    const isShort = payload.length < 126;
    const head = Buffer.alloc(isShort ? 6 : 14);
    head[0] = 0x80 | kind;
    head[1] = 0x80 | (isShort ? payload.length : 127);
    if (!isShort) head.writeBigUInt64BE(BigInt(payload.length), 2);
    this.socket.write(Buffer.concat([head, payload]));
  }
}
