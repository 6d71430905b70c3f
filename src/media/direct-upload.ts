import { randomBytes } from 'node:crypto';
import { Refusal, limits, type ErrorCode, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { HeldBytes } from '../platform/held-bytes.js';
import type { Quota } from '../platform/quota.js';
import type { Bucket } from './bucket.js';

/** Seconds in which a phone has to have put its photo: long enough for a slow line. */
const addressSeconds = 600;

/** The person is part of the name, so that nobody completes what another one put there. */
const keyOf = ({ userId }: Actor, id: string): string => `uploads/${userId}/${id}`;

/** Whoever completes such a file again is refused again. */
const finalCodes: readonly ErrorCode[] = [
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_TYPE',
  'VALIDATION_FAILED',
];
const isFinal = (error: unknown): boolean =>
  error instanceof Refusal && finalCodes.includes(error.code);

/**
 * Photos that phones put into the bucket by themselves, so that gateways do not wait for slow lines. What was put there
 * is an original with all that a camera writes: it is served to nobody, becomes an image as any other upload does, and
 * is removed.
 */
export function createDirectUpload(deps: {
  bucket: Bucket | undefined;
  upload: (actor: Actor, bytes: Buffer) => Promise<view.Image>;
  /** A completed upload counts like an image that came through the gateway. */
  quotas: { begun: Quota; completed: Quota };
  heldBytes: HeldBytes;
  clock: Clock;
}) {
  const { bucket, upload, quotas, heldBytes, clock } = deps;
  return {
    /** Throws NOT_FOUND where photos go through the gateway, RATE_LIMITED. */
    async beginUpload(actor: Actor): Promise<view.DirectUpload> {
      const id = randomBytes(24).toString('base64url');
      const expiresAt = new Date(clock().getTime() + addressSeconds * 1_000);
      const url = await bucket?.putAddress(keyOf(actor, id), addressSeconds);
      if (url === undefined)
        throw new Refusal('NOT_FOUND', 'Images are uploaded with POST /images');
      await quotas.begun(actor.userId);
      return { id, url, expiresAt: expiresAt.toISOString() };
    },

    /**
     * A file that is refused for what it is goes as well. Throws NOT_FOUND for what was never put there, or completed or
     * refused before, RATE_LIMITED, UNAVAILABLE, and what an upload throws.
     */
    async completeUpload(actor: Actor, id: string): Promise<view.Image> {
      if (!bucket) throw new Refusal('NOT_FOUND', 'Nothing was uploaded');
      const key = keyOf(actor, id);
      // Where that fails the rule of the bucket for what was left removes it.
      const remove = () => bucket.delete(key).catch(() => undefined);
      // Asked before the file is read: reading is what costs.
      await quotas.completed(actor.userId);
      try {
        const image = await heldBytes.during(actor.userId, limits.imageBytes, async () => {
          const bytes = await bucket.get(key, limits.imageBytes);
          if (!bytes) throw new Refusal('NOT_FOUND', 'Nothing was uploaded');
          return upload(actor, bytes);
        });
        await remove();
        return image;
      } catch (error) {
        if (isFinal(error)) await remove();
        throw error;
      }
    },
  };
}
