import type { view } from '../contract/index.js';

/** An image as a message or listing keeps it; width and height are those of the full variant, in pixels. */
export interface StoredImage {
  id: string;
  width: number;
  height: number;
  /** What is seen until it is loaded, in base64; the oldest have none. */
  thumbhash?: string;
  /** Of the bytes, where the image is to be kept by browsers for good: see `images.routes.ts`. */
  hash?: string;
}

export const presentImage = ({ id, width, height, thumbhash, hash }: StoredImage): view.Image => ({
  id,
  urls: { thumb: pathOf(id, 'thumb', hash), full: pathOf(id, 'full', hash) },
  width,
  height,
  ...(thumbhash === undefined ? {} : { thumbhash }),
});

const pathOf = (id: string, variant: 'thumb' | 'full', hash: string | undefined): string =>
  `/v1/images/${id}/${variant}${hash === undefined ? '' : `?v=${hash}`}`;
