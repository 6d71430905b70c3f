import { randomBytes } from 'node:crypto';
import { Refusal, limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Bucket } from './bucket.js';

/** Seconds in which a phone has to have put its photo: long enough for a slow line. */
const addressSeconds = 600;

/** The person is part of the name, so that nobody completes what another one put there. */
const keyOf = ({ userId }: Actor, id: string): string => `uploads/${userId}/${id}`;

/**
 * Photos that phones put into the bucket by themselves, so that gateways do not wait for slow lines. What was put there
 * is an original with all that a camera writes: it is served to nobody, becomes an image as any other upload does, and
 * is removed.
 */
export function createDirectUpload(deps: {
  bucket: Bucket | undefined;
  upload: (actor: Actor, bytes: Buffer) => Promise<view.Image>;
  clock: Clock;
}) {
  const { bucket, upload, clock } = deps;
  return {
    /** Throws NOT_FOUND where photos go through the gateway. */
    async beginUpload(actor: Actor): Promise<view.DirectUpload> {
      const id = randomBytes(24).toString('base64url');
      const expiresAt = new Date(clock().getTime() + addressSeconds * 1_000);
      const url = await bucket?.putAddress(keyOf(actor, id), addressSeconds);
      if (url === undefined)
        throw new Refusal('NOT_FOUND', 'Images are uploaded with POST /images');
      return { id, url, expiresAt: expiresAt.toISOString() };
    },

    /** Throws NOT_FOUND for what was never put there, or completed before, and what an upload throws. */
    async completeUpload(actor: Actor, id: string): Promise<view.Image> {
      const key = keyOf(actor, id);
      const bytes = await bucket?.get(key, limits.imageBytes);
      if (!bucket || !bytes) throw new Refusal('NOT_FOUND', 'Nothing was uploaded');
      const image = await upload(actor, bytes);
      // Where that fails the rule of the bucket for what was left removes it.
      await bucket.delete(key).catch(() => undefined);
      return image;
    },
  };
}
