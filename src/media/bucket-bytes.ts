import { AwsClient } from 'aws4fetch';
import { Refusal } from '../contract/index.js';
import type { Config } from '../platform/config.js';
import { whenNew, type Logger } from '../platform/logger.js';
import type { ImageBytes, Variant, Variants } from './image-bytes.js';

/** A gateway must not hold requests for a storage that hangs (ms); an image is a few hundred kilobytes. */
const answerMs = 10_000;

/**
 * Keeps the bytes in a bucket of an S3-compatible storage, under `images/<id>/<variant>`. Throws UNAVAILABLE where it
 * does not answer in time or as it should.
 */
export class BucketBytes implements ImageBytes {
  private readonly client: AwsClient;
  private readonly url: string;
  private readonly say: (reason: string) => void;

  constructor({ url, ...credentials }: NonNullable<Config['imageBucket']>, log: Logger) {
    this.client = new AwsClient({ ...credentials, service: 's3', retries: 2, initRetryMs: 100 });
    this.url = url.replace(/\/$/, '');
    this.say = whenNew((reason) => log.warn({ reason }, 'the storage of images'));
  }

  async put(id: string, variants: Variants): Promise<void> {
    await Promise.all(
      (['full', 'thumb'] as const).map((variant) =>
        this.call(id, variant, {
          method: 'PUT',
          headers: { 'content-type': 'image/webp' },
          body: Uint8Array.from(variants[variant]),
        }),
      ),
    );
  }

  async get(id: string, variant: Variant): Promise<Buffer | null> {
    const answer = await this.call(id, variant);
    return answer && Buffer.from(answer);
  }

  async remove(id: string): Promise<void> {
    for (const variant of ['full', 'thumb'] as const)
      await this.call(id, variant, { method: 'DELETE' });
  }

  /** The body of the answer; null where there is no such object. */
  private async call(
    id: string,
    variant: Variant,
    init?: RequestInit,
  ): Promise<ArrayBuffer | null> {
    const address = `${this.url}/images/${id}/${variant}`;
    let why: string;
    try {
      const signal = AbortSignal.timeout(answerMs);
      const answer = await this.client.fetch(address, { ...init, signal });
      const body = await answer.arrayBuffer();
      if (answer.ok) return body;
      if (answer.status === 404 && !init) return null;
      why = `answered ${answer.status}`;
    } catch (error) {
      why = (error as Error).name;
    }
    // Why is for who runs this, and not for who asks.
    this.say(why);
    throw new Refusal('UNAVAILABLE', 'The images cannot be reached', { retryAfterMs: 2_000 });
  }
}
