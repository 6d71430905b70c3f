import type { Bucket } from './bucket.js';
import { variants, type ImageBytes, type Variant, type Variants } from './image-bytes.js';

const keyOf = (id: string, variant: Variant): string => `images/${id}/${variant}`;

/** Keeps the bytes in a bucket, under `images/<id>/<variant>`. Throws UNAVAILABLE as {@link Bucket} does. */
export class BucketBytes implements ImageBytes {
  constructor(private readonly bucket: Bucket) {}

  async put(id: string, bytes: Variants): Promise<void> {
    await Promise.all(
      variants.map((variant) => this.bucket.put(keyOf(id, variant), 'image/webp', bytes[variant])),
    );
  }

  get(id: string, variant: Variant): Promise<Buffer | null> {
    return this.bucket.get(keyOf(id, variant));
  }

  async remove(id: string): Promise<void> {
    for (const variant of variants) await this.bucket.delete(keyOf(id, variant));
  }
}
