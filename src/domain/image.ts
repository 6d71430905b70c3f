import type { view } from '../contract/index.js';

/** An image as a message or listing keeps it; width and height are those of the full variant, in pixels. */
export interface StoredImage {
  id: string;
  width: number;
  height: number;
}

export const presentImage = ({ id, width, height }: StoredImage): view.Image => ({
  id,
  urls: { thumb: pathOf(id, 'thumb'), full: pathOf(id, 'full') },
  width,
  height,
});

const pathOf = (id: string, variant: 'thumb' | 'full'): string => `/v1/images/${id}/${variant}`;
