import { Refusal } from '../contract/index.js';
import type { Variant } from './image-bytes.js';
import type { ImageStore } from './image.store.js';

/**
 * The bytes of an image, for whoever knows its id; `lasting`: a listing or a person shows it, under the address that
 * names its content. Throws NOT_FOUND, also once its message was taken back.
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
    const { bytes, isPublic } = image;
    return { bytes, lasting: isPublic && hash !== undefined && hash === image.hash };
  };
