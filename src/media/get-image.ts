import { Refusal } from '../contract/index.js';
import type { Variant } from './image-bytes.js';
import type { ImageStore } from './image.store.js';

/**
 * The bytes of an image, for whoever knows its id; `lasting`: a listing shows it, under the address that names its
 * content. Throws NOT_FOUND, also once its message was taken back.
 */
export const createGetImage =
  (deps: { images: ImageStore }) =>
  async (
    id: string,
    variant: Variant,
    hash?: string,
  ): Promise<{ bytes: Buffer; lasting: boolean }> => {
    const image = await deps.images.read(id, variant);
    if (!image) throw new Refusal('NOT_FOUND');
    const { bytes, inListing } = image;
    return { bytes, lasting: inListing && hash !== undefined && hash === image.hash };
  };
