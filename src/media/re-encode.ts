import { fileTypeFromBuffer } from 'file-type';
import type { FailOnOptions, Metadata, Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { Refusal, invalid, limits } from '../contract/index.js';
import { FairTurns } from '../platform/fair-turns.js';
import { imageMemory } from './image-memory.js';
import { namesP3, withProfile } from './named-colours.js';

/** The types that an upload may have, judged by its bytes. An animated PNG counts as PNG. */
const accepted = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/webp',
  'image/gif',
  'image/avif',
]);

/** The decoders of exactly these types. Those for SVG, TIFF, PDF and others, which have had security holes, stay off. */
const readers = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map(
  (format) => `VipsForeignLoad${format}Buffer`,
);

/** Images that may wait for their turn: about five seconds of work. */
const waitingMax = 20;
/** Within the bounds on pixels and memory no format needs more than a few. */
const secondsMax = 20;

interface ReEncoded {
  full: Buffer;
  thumb: Buffer;
  width: number;
  height: number;
  /** What is shown until it is loaded: about 25 bytes, in base64. */
  thumbhash: string;
}

/**
 * Turns what was uploaded into the two variants, as WebP: upright, in sRGB, never enlarged, and without anything that
 * came along, such as where the photo was taken. Of an animation the first picture is kept. Colours are those of the
 * image's profile, or Display P3 where numbers alone (CICP) name that; those that name other colours so, such as HDR, are
 * taken for sRGB. Images of different senders take turns. Throws UNSUPPORTED_TYPE for what is no such image,
 * VALIDATION_FAILED for one that is broken or too large, UNAVAILABLE when too many wait.
 */
export type ReEncode = (bytes: Buffer, sender: string) => Promise<ReEncoded>;

/**
 * One image at a time on one thread: the other cores and the rest of the thread pool belong to the chat, and one takes
 * up to `limits.imageMemoryBytes` beside the heap.
 */
export function createReEncode(): ReEncode {
  let library: ReturnType<typeof loadSharp> | undefined;
  const turns = new FairTurns({ atOnce: 1, waiting: waitingMax });
  return async (bytes, sender) => {
    const type = await fileTypeFromBuffer(bytes);
    if (!type || !accepted.has(type.mime))
      throw new Refusal(
        'UNSUPPORTED_TYPE',
        `${seen(type?.mime)}Send a JPEG, PNG, WebP, GIF or AVIF image`,
      );
    return turns.take(sender, async () => {
      // Loaded with the first image, since most processes never see one.
      library ??= loadSharp();
      return encode(await library, asStill(bytes, type.mime), type.mime);
    });
  };
}

async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  // No cache: no two uploads have anything in common.
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: readers });
  return sharp;
}

/** Names the type of a refused file where people know it, so that they see what is wrong with their photo. */
const seen = (mime: string | undefined): string => (mime ? `This is ${mime}. ` : '');

/** How a file of these formats ends when nothing is missing. */
const ends: Partial<Record<string, Buffer>> = {
  jpeg: Buffer.from([0xff, 0xd9]),
  gif: Buffer.from([0x00, 0x3b]),
};

/** A moving AVIF holds a still one as well. The library reads it only under the brand of that. */
function asStill(bytes: Buffer, type: string): Buffer {
  if (type !== 'image/avif' || bytes.toString('latin1', 8, 12) !== 'avis') return bytes;
  const still = Buffer.from(bytes);
  still.write('avif', 8, 'latin1');
  return still;
}

type Library = Awaited<ReturnType<typeof loadSharp>>;

async function encode(sharp: Library, bytes: Buffer, type: string): Promise<ReEncoded> {
  const since = performance.now();
  // Pixels are judged by the header, in words that say what is too large.
  const options = { limitInputPixels: false } as const;
  // What is missing behind it is judged below.
  const header = await sharp(bytes, { ...options, failOn: 'none' })
    .metadata()
    .catch(broken);
  mustFit(header);
  const isP3 = !header.hasProfile && namesP3(bytes, type);
  const read = async (whole: Buffer, failOn: FailOnOptions) => {
    const image = sharp(whole, { ...options, failOn });
    return isP3 ? fullOf(await toldP3(sharp, image), true) : fullOf(image, header.hasProfile);
  };
  try {
    const { data: full, info } = await read(bytes, 'error').catch((error: Error) => {
      const end = ends[header.format];
      if (!end) throw error;
      // Some editors leave out the end mark, or a copy lost it, and every viewer shows such a file. Where pixels are
      // missing too, the reader warns.
      return read(Buffer.concat([bytes, end]), 'warning');
    });
    // Made from the full variant, so that a large upload is decoded only once.
    const { data: thumb } = await webp(sharp(full), limits.imageThumbEdge);
    return {
      full,
      thumb,
      width: info.width,
      height: info.height,
      thumbhash: await thumbhashOf(sharp(thumb)),
    };
  } catch {
    // The library's messages are about its internals, so they are not passed on.
    if (performance.now() - since >= secondsMax * 1_000)
      throw new Refusal('UNAVAILABLE', 'This image took too long to read', {
        retryAfterMs: 10_000,
      });
    return broken();
  }
}

/** What names Display P3 by numbers alone, in small, upright and with its profile instead. */
async function toldP3(sharp: Library, image: Sharp): Promise<Sharp> {
  const small = await within(image.autoOrient(), limits.imageFullEdge).png().toBuffer();
  const bare = sharp({ create: { width: 1, height: 1, channels: 3, background: 'black' } });
  const { icc } = await sharp(await bare.withIccProfile('p3').png().toBuffer()).metadata();
  return sharp(withProfile(small, icc!));
}

function fullOf(image: Sharp, hasProfile: boolean) {
  const upright = image.autoOrient();
  // Above 8 bits the library answers in Display P3 and without a profile, unless it is told otherwise (sharp 0.35.5).
  // Without a profile in the image the same words spoil 16 bits.
  const inSrgb = hasProfile ? upright.withIccProfile('srgb', { attach: false }) : upright;
  return webp(inSrgb, limits.imageFullEdge);
}

/** The longer edge that the algorithm takes, in pixels. */
const thumbhashEdge = 100;

async function thumbhashOf(thumb: Sharp): Promise<string> {
  const { data, info } = await thumb
    .resize({
      width: thumbhashEdge,
      height: thumbhashEdge,
      fit: 'inside',
      withoutEnlargement: true,
    })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}

function mustFit(header: Metadata): void {
  const { width, height, format } = header;
  const pixels = width * height;
  const most = format === 'jpeg' ? limits.imagePixelsJpeg : limits.imagePixels;
  if (pixels > most)
    refuse(`has ${pixels} pixels (${width} by ${height}), at most ${most} are taken`);
  if (imageMemory(header) > limits.imageMemoryBytes)
    refuse(`has ${pixels} pixels (${width} by ${height}), too many for a file of this kind`);
}

const broken = (): never => refuse('is broken or cut off');

function refuse(message: string): never {
  throw invalid('image', message);
}

const webp = (image: Sharp, edge: number) =>
  within(image, edge).webp({ quality: 80 }).toBuffer({ resolveWithObject: true });

const within = (image: Sharp, edge: number): Sharp =>
  image
    .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
    .timeout({ seconds: secondsMax });
