import { EventEmitter } from 'node:events';
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser';
import { limits } from '../contract/index.js';

/**
 * Replaces what came in a frame above {@link limits.frameBytes}: all arguments of an event, or the `auth` of a
 * handshake.
 */
export const tooLarge = Symbol('a frame that is too large');

/**
 * Socket.IO's decoder, which also measures: the transport takes larger frames than the rule allows, so that the event
 * can be answered instead of cutting the connection. An event counts as large as the largest of its frames, attachments
 * included. It also accepts any JSON as the `auth` of a handshake, so that one that is no object can be answered.
 */
class AnswerableDecoder extends EventEmitter {
  private readonly decoder = new Decoder();
  private isTooLarge = false;

  constructor() {
    super();
    this.decoder.on('decoded', (packet: Packet) => this.tell(packet));
  }

  /** Throws what the decoder throws; Socket.IO then ends the connection. */
  add(frame: string | Buffer): void {
    // Engine.IO has removed the type from a text, which is one byte.
    const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) + 1 : frame.length;
    this.isTooLarge ||= bytes > limits.frameBytes;
    const handshake = typeof frame === 'string' ? oddHandshake(frame) : undefined;
    if (handshake) this.tell(handshake);
    else this.decoder.add(frame);
  }

  destroy(): void {
    this.decoder.destroy();
  }

  private tell(packet: Packet): void {
    if (this.isTooLarge && packet.type === PacketType.EVENT)
      packet.data = [(packet.data as unknown[])[0], tooLarge];
    if (this.isTooLarge && packet.type === PacketType.CONNECT) packet.data = tooLarge;
    this.isTooLarge = false;
    this.emit('decoded', packet);
  }
}

/**
 * A CONNECT whose `auth` is JSON but no object; null counts as none. The decoder would throw, or take a number for an
 * id.
 */
function oddHandshake(frame: string): Packet | undefined {
  const [, nsp, auth] = /^0(?:(\/[^,]*),)?([^{][^]*)$/.exec(frame) ?? [];
  if (auth === undefined) return undefined;
  try {
    const data = JSON.parse(auth) as unknown;
    return { type: PacketType.CONNECT, nsp: nsp ?? '/', data: data ?? {} };
  } catch {
    return undefined;
  }
}

/** Socket.IO's encoder, which looks through each packet for bytes; in ours there are none. */
class TextEncoder extends Encoder {
  override encode(packet: Packet): string[] {
    return [(this as unknown as { encodeAsString(packet: Packet): string }).encodeAsString(packet)];
  }
}

export const parser = { Encoder: TextEncoder, Decoder: AnswerableDecoder };
