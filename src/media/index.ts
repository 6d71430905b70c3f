import { limits, type view } from '../contract/index.js';
import type { Context } from '../context.js';
import { inTheNameOf, type Actor } from '../platform/actor.js';
import type { Users } from '../users/index.js';
import { Bucket } from './bucket.js';
import { BucketBytes } from './bucket-bytes.js';
import { createDirectUpload } from './direct-upload.js';
import { createGetImage } from './get-image.js';
import { ImageShelf } from './image-shelf.js';
import { ImageStore } from './image.store.js';
import { createReEncode } from './re-encode.js';
import { createSetAvatar } from './set-avatar.js';
import { createUploadImage } from './upload-image.js';

export type Media = ReturnType<typeof createMedia>;
export type ImageCommands = Media['commands'];

/** Builds the slice: images of messages, listings and people. */
export function createMedia(context: Context, { users, erasing }: Users) {
  const { mongo, quotas, heldBytes, clock, config, log } = context;
  const bucket = config.imageBucket && new Bucket(config.imageBucket, log);
  const images = context.store(new ImageStore(mongo, bucket && new BucketBytes(bucket)));
  const perHour = { limit: limits.imagesPerHour, seconds: 3600 };
  const quota = quotas.window('images', perHour);
  const shelf = new ImageShelf({ images, clock });
  erasing.on(async (userId) => {
    const avatar = await users.avatarOf(userId);
    if (avatar) await shelf.withdraw([avatar.id]);
  });
  const upload = createUploadImage({ images, reEncode: createReEncode(), clock });
  return {
    images,
    shelf,
    /**
     * For a person whose host app sends it. All that the host app sends waits in one line, so that its import delays
     * nobody else. Throws what {@link createUploadImage} throws.
     */
    uploadFor: (userId: string, bytes: Buffer): Promise<view.Image> =>
      upload(inTheNameOf(userId), bytes, 'host'),
    commands: {
      /** Throws RATE_LIMITED and what {@link createUploadImage} throws. */
      async upload(actor: Actor, bytes: Buffer): Promise<view.Image> {
        await quota(actor.userId);
        return upload(actor, bytes);
      },
      ...createDirectUpload({
        bucket,
        upload,
        quotas: { begun: quotas.window('uploads', perHour), completed: quota },
        heldBytes,
        clock,
      }),
      get: createGetImage({ images }),
      ...createSetAvatar({ mongo, shelf, users, proof: config.proof, clock }),
    },
  };
}
