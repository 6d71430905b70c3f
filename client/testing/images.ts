import { Refusal, invalid } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { presentImage, type StoredImage } from '../../src/domain/image.js';
import type { Caller, Routes } from './world.js';

/** Of a picture of one colour, in base64. */
const thumbhash = 'EJgBBYB/C2KIeIeHeKiIdAiOCFt3';

/** All images have one size, since the file is not read. */
export const imageOf = (id: string): StoredImage => ({ id, width: 640, height: 480, thumbhash });

/** There is no storage beside it that a phone could upload to. */
function noStorage(): never {
  throw new Refusal('NOT_FOUND');
}

export const imageRoutes: Routes = {
  uploadImage: ({ world, userId }, { file }: { file?: unknown }) => {
    if (file instanceof Blob && file.size > limits.imageBytes)
      throw new Refusal('PAYLOAD_TOO_LARGE');
    const isNone = /^(?!$|image\/(jpeg|a?png|webp|gif|avif)$)/;
    if (file instanceof Blob && isNone.test(file.type)) throw new Refusal('UNSUPPORTED_TYPE');
    const id = world.nextId('image');
    world.state.images[id] = { ownerId: userId, usedBy: null };
    return presentImage(imageOf(id));
  },
  beginUpload: noStorage,
  completeUpload: noStorage,
};

/** Whether it is this person's, and free or used by the same one. */
export function isUsable({ world, userId }: Caller, id: string, usedBy: string): boolean {
  const image = world.state.images[id];
  return image?.ownerId === userId && (image.usedBy ?? usedBy) === usedBy;
}

/** Throws VALIDATION_FAILED unless all can be used by it. */
export function mustBeUsable(
  me: Caller,
  ids: string[],
  usedBy: string,
  kind: 'message' | 'listing',
): void {
  if (!ids.every((id) => isUsable(me, id, usedBy)))
    throw invalid('imageIds', `names an image that this ${kind} cannot use`);
}

export function useImages({ world }: Caller, ids: string[], usedBy: string): void {
  for (const id of ids) world.state.images[id]!.usedBy = usedBy;
}
