import type { Server } from 'socket.io';
import type { EncodedPacket } from './frames.js';

/** The part of a connection of Engine.IO that its types leave out. */
interface Writing {
  readonly transport: { readonly writable: boolean };
  /** What the transport has not got yet. */
  writeBuffer: EncodedPacket[];
  flush(): void;
}

/**
 * From now on what a device gets within one turn of the event loop is one write: several answers of a batch, or several
 * messages that Redis brought together. A write costs more than the frame in it. Packets without a frame of their own
 * keep a write each.
 */
export function writeOnceATurn({ engine }: Pick<Server, 'engine'>): void {
  let due = new Map<Writing, () => void>();
  const flushAll = () => {
    const flushes = due;
    due = new Map();
    for (const [conn, flush] of flushes) {
      // What waits for a device that reads slowly is joined once, and not with each packet more.
      if (conn.transport.writable) joinFrames(conn);
      flush();
    }
  };
  engine.on('connection', (conn: Writing) => {
    const flush = conn.flush.bind(conn);
    conn.flush = () => {
      if (due.size === 0) setImmediate(flushAll);
      due.set(conn, flush);
    };
  });
}

function joinFrames(conn: Writing): void {
  const { writeBuffer } = conn;
  const [first] = writeBuffer;
  if (!first || writeBuffer.length === 1) return;
  const frames: Buffer[] = [];
  for (const { options } of writeBuffer) {
    if (!options.wsPreEncodedFrame) return;
    frames.push(...options.wsPreEncodedFrame);
  }
  const options = { ...first.options, wsPreEncodedFrame: [Buffer.concat(frames)] };
  conn.writeBuffer = [{ ...first, options }];
}
