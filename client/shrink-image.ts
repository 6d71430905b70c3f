import { limits } from '../src/contract/limits.js';

/** The bytes of a picture, or (in React Native) where the device keeps it. */
export type Upload = Blob | { uri: string; name: string; type: string };

/** The parts of a browser that are used here; Node has no types for them. */
interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}
interface Canvas {
  getContext(kind: '2d'): {
    imageSmoothingQuality: string;
    drawImage(image: Bitmap, x: number, y: number, width: number, height: number): void;
  } | null;
  convertToBlob(as: { type: string; quality: number }): Promise<Blob>;
}
interface Platform {
  createImageBitmap?: (image: Blob) => Promise<Bitmap>;
  OffscreenCanvas?: new (width: number, height: number) => Canvas;
}

/** Types that the server accepts as they are. */
const taken = /^image\/(jpeg|png|webp|gif|avif)$/;
/** Those of them that may be transparent. */
const clear = /png|webp|gif|avif/;

/**
 * Shrinks a picture to the size that the server keeps and converts it to a type that it accepts (HEIC becomes JPEG),
 * where this platform can read it. Otherwise returns the picture as it is, and the server judges it.
 */
export async function shrunk(image: Upload): Promise<Upload> {
  const { createImageBitmap, OffscreenCanvas } = globalThis as Platform;
  if (!createImageBitmap || !OffscreenCanvas || !(image instanceof Blob)) return image;
  let bitmap: Bitmap | undefined;
  try {
    bitmap = await createImageBitmap(image);
    const { width, height } = bitmap;
    const scale = Math.min(1, limits.imageFullEdge / Math.max(width, height));
    if (scale === 1 && taken.test(image.type) && image.size <= limits.imageBytes) return image;
    const size = [width, height].map((edge) => Math.max(1, Math.round(edge * scale)));
    const [w, h] = size as [number, number];
    const canvas = new OffscreenCanvas(w, h);
    const context = canvas.getContext('2d')!;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, w, h);
    const type = clear.test(image.type) ? 'image/webp' : 'image/jpeg';
    return await canvas.convertToBlob({ type, quality: 0.9 });
  } catch {
    return image;
  } finally {
    bitmap?.close();
  }
}
