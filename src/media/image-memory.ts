import type { Metadata } from 'sharp';

/**
 * The memory in bytes, outside the heap, that decoding an image takes, judged by its header. Most decoders go line by
 * line; only those that need the whole picture at once matter. The factors were measured on sharp 0.35.5 (libvips
 * 8.18) with pictures of one colour, in bytes a pixel.
 */
export function imageMemory(header: Metadata): number {
  return header.width * header.height * bytesPerPixel(header);
}

function bytesPerPixel({
  format,
  channels = 4,
  depth,
  isProgressive,
  ...header
}: Metadata): number {
  const sampleBytes = depth === 'uchar' ? 1 : 2;
  switch (format) {
    case 'jpeg':
      // A progressive one is kept as coefficients of two bytes, fewer where colours are stored at half the size.
      if (!isProgressive) return channels / 4;
      return 1 + 2 * (header.chromaSubsampling === '4:2:0' ? 1.5 : channels);
    case 'png':
      return channels * sampleBytes * (isProgressive ? 1.6 : 0.7);
    case 'gif':
      return 6.6;
    case 'heif':
      return sampleBytes === 1 ? 20 : 27;
    default:
      return channels;
  }
}
