import { createHash, randomBytes } from 'node:crypto';
import { limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { presentImage } from '../domain/image.js';
import type { ImageStore } from './image.store.js';
import type { ReEncode } from './re-encode.js';

/**
 * The id is the key to the image: an `<img>` sends no token, so whoever knows the id may read. 192 random bits, told
 * only to the uploader and, in a message, to the other side.
 */
const newImageId = () => randomBytes(24).toString('base64url');

/** Short, since it only tells versions of one image apart. */
const hashOf = (bytes: Buffer) =>
  createHash('sha256').update(bytes).digest('base64url').slice(0, 12);

/**
 * Takes an image in for a message or listing to come; every node serves it when this returns, and it is deleted after
 * `limits.imageUnusedHours` unless something uses it. It waits in the line of `sender`. Throws what {@link ReEncode}
 * throws.
 */
export const createUploadImage =
  (deps: { images: ImageStore; reEncode: ReEncode; clock: Clock }) =>
  async (actor: Actor, bytes: Buffer, sender = actor.userId): Promise<view.Image> => {
    const encoded = await deps.reEncode(bytes, sender);
    const now = deps.clock();
    const image = {
      id: newImageId(),
      ownerId: actor.userId,
      ...encoded,
      hash: hashOf(encoded.full),
      createdAt: now,
      expiresAt: new Date(now.getTime() + limits.imageUnusedHours * 3_600_000),
    };
    await deps.images.add(image);
    const { hash: _hash, ...plain } = image;
    return presentImage(plain);
  };
