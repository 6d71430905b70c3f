import { Refusal, invalid } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { presentImage, type StoredImage } from '../../src/domain/image.js';
import type { Caller } from './world.js';

/** Of a picture of one colour, in base64. */
const thumbhash = 'EJgBBYB/C2KIeIeHeKiIdAiOCFt3';

/** All images have one size, since the file is not read. */
export const imageOf = (id: string): StoredImage => ({ id, width: 640, height: 480, thumbhash });

export function uploadImage({ world, userId }: Caller, { file }: { file?: unknown }) {
  if (file instanceof Blob && file.size > limits.imageBytes) throw new Refusal('PAYLOAD_TOO_LARGE');
  const isNone = /^(?!$|image\/(jpeg|a?png|webp|gif|avif)$)/;
  if (file instanceof Blob && isNone.test(file.type)) throw new Refusal('UNSUPPORTED_TYPE');
  const id = world.nextId('image');
  world.state.images[id] = { ownerId: userId, usedBy: null };
  return presentImage(imageOf(id));
}

/** Throws VALIDATION_FAILED unless all images are this person's, and free or used by the same one. */
export function mustBeUsable(
  { world, userId }: Caller,
  ids: string[],
  usedBy: string,
  kind: 'message' | 'listing',
): void {
  const isUsable = (id: string) => {
    const image = world.state.images[id];
    return image?.ownerId === userId && (image.usedBy ?? usedBy) === usedBy;
  };
  if (!ids.every(isUsable))
    throw invalid('imageIds', `names an image that this ${kind} cannot use`);
}

export function useImages({ world }: Caller, ids: string[], usedBy: string): void {
  for (const id of ids) world.state.images[id]!.usedBy = usedBy;
}

/** There is no storage beside it that a phone could upload to. */
export function noStorage(): never {
  throw new Refusal('NOT_FOUND');
}
