import type { view } from '../contract/index.js';
import type { ImageSize } from './image.store.js';

export const presentImage = ({ id, width, height }: ImageSize): view.Image => ({
  id,
  urls: { thumb: `/v1/images/${id}/thumb`, full: `/v1/images/${id}/full` },
  width,
  height,
});
