import { Refusal } from '../contract/index.js';
import type { ImageStore, Variant } from './image.store.js';

/** The bytes of an image, for whoever knows its id. Throws NOT_FOUND, also once its message was taken back. */
export const createGetImage =
  (deps: { images: ImageStore }) =>
  async (id: string, variant: Variant): Promise<Buffer> => {
    const bytes = await deps.images.read(id, variant);
    if (!bytes) throw new Refusal('NOT_FOUND');
    return bytes;
  };
