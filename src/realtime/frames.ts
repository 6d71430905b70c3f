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
    const isConnect = typeof frame === 'string' && frame.startsWith('0');
    const handshake = isConnect ? oddHandshake(frame) : undefined;
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

/** A packet on its way to a device, as Engine.IO has it. `wsPreEncodedFrame`: the parts of its frame. */
export interface EncodedPacket {
  type: string;
  data?: string | Buffer;
  options: { wsPreEncodedFrame?: Buffer[] };
}

const textFrame = 0x81;
/** Lengths up to this stand in one byte; longer ones in two or in eight bytes behind one of these two marks. */
const [shortLength, inTwoBytes, inEightBytes] = [125, 126, 127];
/** Engine.IO's name for a packet of Socket.IO. */
const messageType = '4'.charCodeAt(0);

/** The WebSocket frame of one packet, in one piece: `ws` writes header and text by themselves, which costs more. */
export function wholeFrame(packet: string): Buffer {
  const length = Buffer.byteLength(packet) + 1;
  const at = length <= shortLength ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(at + length);
  frame[0] = textFrame;
  if (at === 2) frame[1] = length;
  else if (at === 4) {
    frame[1] = inTwoBytes;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = inEightBytes;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  frame[at] = messageType;
  frame.write(packet, at + 1);
  return frame;
}

/** Gives each packet for one device its frame; those for a room have it. */
export function frameOnce({ type, data, options }: EncodedPacket): void {
  if (type === 'message' && typeof data === 'string')
    options.wsPreEncodedFrame ??= [wholeFrame(data)];
}

/** Socket.IO's encoder, which looks through each packet for bytes; in ours there are none. */
class TextEncoder extends Encoder {
  override encode(packet: Packet): string[] {
    return [(this as unknown as { encodeAsString(packet: Packet): string }).encodeAsString(packet)];
  }
}

export const parser = { Encoder: TextEncoder, Decoder: AnswerableDecoder };
