import { fileTypeFromBuffer } from 'file-type';
import type { Sharp } from 'sharp';
import { Refusal, limits } from '../contract/index.js';

/** What an upload may be, told by its bytes. A PNG that moves is still one. */
const accepted = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/webp',
  'image/gif',
  'image/avif',
]);

/** Readers of exactly those; the library has some for SVG, TIFF, PDF and more, where the holes are. */
const readers = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map(
  (format) => `VipsForeignLoad${format}Buffer`,
);

/** Images that wait for their turn: about five seconds of photos. */
const waitingMax = 20;
/** Within the bounds on pixels no format needs more than a few. */
const secondsMax = 20;

export interface ReEncoded {
  full: Buffer;
  thumb: Buffer;
  width: number;
  height: number;
}

/**
 * Turns what was uploaded into the two variants, as WebP: upright, in sRGB, never enlarged, and without anything that
 * came along, such as where the photo was taken. Of an animation the first picture is kept. Throws UNSUPPORTED_TYPE for
 * what is no such image, VALIDATION_FAILED for one that is broken or has too many pixels, UNAVAILABLE when too many
 * wait.
 */
export type ReEncode = (bytes: Buffer) => Promise<ReEncoded>;

/**
 * One image at a time on one thread: the other cores and the rest of the thread pool belong to the chat, and within the
 * bounds on pixels one takes up to 300 MB beside the heap (a GIF of fifty million pixels, an AVIF of twelve).
 */
export function createReEncode(): ReEncode {
  let library: ReturnType<typeof loadSharp> | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (bytes) => {
    const type = await fileTypeFromBuffer(bytes);
    if (!type || !accepted.has(type.mime))
      throw new Refusal('UNSUPPORTED_TYPE', 'Send a JPEG, PNG, WebP, GIF or AVIF image');
    if (waiting >= waitingMax)
      throw new Refusal('UNAVAILABLE', 'Too many images at once', { retryAfterMs: 2_000 });
    waiting += 1;
    // With the first image: most processes never see one.
    library ??= loadSharp();
    const turn = Promise.all([library, last])
      .then(([sharp]) => encode(sharp, bytes, type.mime))
      .finally(() => (waiting -= 1));
    last = turn.catch(() => undefined);
    return turn;
  };
}

async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  // No two uploads have anything in common.
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: readers });
  return sharp;
}

async function encode(
  sharp: Awaited<ReturnType<typeof loadSharp>>,
  bytes: Buffer,
  type: string,
): Promise<ReEncoded> {
  const limitInputPixels = type === 'image/avif' ? limits.imagePixelsAvif : limits.imagePixels;
  try {
    const { data: full, info } = await webp(
      sharp(bytes, { limitInputPixels, failOn: 'error' }).autoOrient(),
      limits.imageFullEdge,
    );
    // From the full variant: a large upload is not unfolded twice.
    const { data: thumb } = await webp(sharp(full), limits.imageThumbEdge);
    return { full, thumb, width: info.width, height: info.height };
  } catch {
    // The library says it in words only, and they are about its inside.
    throw new Refusal('VALIDATION_FAILED', undefined, {
      errors: [{ path: 'image', message: 'is broken, or has too many pixels' }],
    });
  }
}

const webp = (image: Sharp, edge: number) =>
  image
    .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .timeout({ seconds: secondsMax })
    .toBuffer({ resolveWithObject: true });
