import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import { createGetImage } from './get-image.js';
import { ImageShelf } from './image-shelf.js';
import { ImageStore } from './image.store.js';
import { createReEncode } from './re-encode.js';
import { createUploadImage } from './upload-image.js';

export { presentImage } from './image.presenter.js';
export { ImageShelf, type ImageUse } from './image-shelf.js';
export { ImageStore, type ImageSize } from './image.store.js';
export type ImageCommands = ReturnType<typeof createMedia>['commands'];

/** Builds the slice: images of messages. */
export function createMedia(deps: { mongo: Connection; quota: Quota; clock: Clock }) {
  const images = new ImageStore(deps.mongo);
  const { quota, clock } = deps;
  return {
    shelf: new ImageShelf({ images, clock }),
    commands: {
      upload: createUploadImage({ images, reEncode: createReEncode(), quota, clock }),
      get: createGetImage({ images }),
    },
    prepare: () => images.prepare(),
  };
}
