import { EventEmitter } from 'node:events';
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser';
import { limits } from '../contract/index.js';

/** Stands for all arguments of an event that came in a frame above {@link limits.frameBytes}; its acknowledgement stays. */
export const tooLarge = Symbol('a frame that is too large');

/**
 * Socket.IO's decoder, which also measures: the transport takes more than the rule allows, so that the event can be
 * answered instead of cutting the connection. An event is measured by the largest of its frames, attachments included.
 */
class MeasuringDecoder extends EventEmitter {
  private readonly decoder = new Decoder();
  private isTooLarge = false;

  constructor() {
    super();
    this.decoder.on('decoded', (packet: Packet) => {
      if (this.isTooLarge && packet.type === PacketType.EVENT)
        packet.data = [(packet.data as unknown[])[0], tooLarge];
      this.isTooLarge = false;
      this.emit('decoded', packet);
    });
  }

  /** Throws what the decoder throws; Socket.IO ends the connection then. */
  add(frame: string | Buffer): void {
    // Engine.IO took the type off a text, one byte.
    const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) + 1 : frame.length;
    this.isTooLarge ||= bytes > limits.frameBytes;
    this.decoder.add(frame);
  }

  destroy(): void {
    this.decoder.destroy();
  }
}

export const parser = { Encoder, Decoder: MeasuringDecoder };
