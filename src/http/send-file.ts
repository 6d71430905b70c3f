import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/** A file as an endpoint answers with it: whole, or read while it is sent. */
export type File = {
  /** How long, and who, may show a copy without asking again. */
  cacheControl: string;
} & ({ bytes: Buffer } | Streamed);

/** A file that is too large to be held: its parts are read as the caller takes them. */
export interface Streamed {
  size: number;
  /** Another content has another one. */
  tag: string;
  /** The bytes from `start` to before `end`. Throws a Refusal at the first part, as long as nothing was sent. */
  read: (start: number, end: number) => AsyncGenerator<Buffer>;
}

/** A caller who has not taken a streamed file by then is cut off, so that none holds its place for ever. */
const streamedMs = 10 * 60_000;

export const digestOf = (bytes: Buffer): string =>
  createHash('sha256').update(bytes).digest('base64url');

/** Apps show it from origins of their own, which the headers of everything else forbid. */
export async function sendFile(
  request: Request,
  response: Response,
  type: string,
  file: File,
): Promise<void> {
  const isHeld = 'bytes' in file;
  const size = isHeld ? file.bytes.length : file.size;
  const tag = `"${isHeld ? digestOf(file.bytes) : file.tag}"`;
  const describe = () =>
    response
      .type(type)
      .set('Cache-Control', file.cacheControl)
      .set('Content-Disposition', 'inline')
      .set('Cross-Origin-Resource-Policy', 'cross-origin')
      .set('Accept-Ranges', 'bytes')
      .set('ETag', tag);
  if (isHeld) describe();
  // A streamed file is large, and nobody has a copy of it that they ask about.
  const part = isHeld && request.fresh ? undefined : partAsked(request, tag, size);
  if (part && part.start > part.end) {
    describe().status(416).set('Content-Range', `bytes */${size}`).end();
    return;
  }
  const [start, end] = part ? [part.start, part.end + 1] : [0, size];
  const range = () => {
    if (part) response.status(206).set('Content-Range', `bytes ${start}-${end - 1}/${size}`);
  };
  if (isHeld) {
    range();
    response.send(part ? file.bytes.subarray(start, end) : file.bytes);
    return;
  }
  await stream(request, response, file.read(start, end), () => {
    describe().set('Content-Length', String(end - start));
    range();
  });
}

/** The headers come with the first part: before that a refusal can still be answered. */
async function stream(
  request: Request,
  response: Response,
  parts: AsyncGenerator<Buffer>,
  describe: () => void,
): Promise<void> {
  const first = await parts.next();
  describe();
  if (request.method === 'HEAD') {
    await parts.return(undefined);
    response.end();
    return;
  }
  const all = async function* () {
    try {
      if (!first.done) yield first.value;
      yield* parts;
    } finally {
      await parts.return(undefined);
    }
  };
  try {
    await pipeline(all(), response, { signal: AbortSignal.timeout(streamedMs) });
  } catch {
    // The caller went away, or gets fewer bytes than were promised and sees that: there is no other answer any more.
    response.destroy();
  }
}

/**
 * The part that a `Range` asks for (RFC 9110, 14.2), its last byte included; it ends before it starts where there is
 * nothing. Undefined: the whole, also for several parts at once, for what is no range, and where `If-Range` names
 * another content.
 */
function partAsked(
  request: Request,
  tag: string,
  size: number,
): { start: number; end: number } | undefined {
  const ifRange = request.get('if-range');
  if (request.method !== 'GET' || (ifRange !== undefined && ifRange !== tag)) return undefined;
  const ranges = request.range(size, { combine: true });
  if (ranges === -1) return { start: size, end: -1 };
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes') return undefined;
  return ranges.length === 1 ? ranges[0] : undefined;
}
