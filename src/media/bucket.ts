import { AwsClient } from 'aws4fetch';
import { Refusal } from '../contract/index.js';
import type { Config } from '../platform/config.js';
import { whenNew, type Logger } from '../platform/logger.js';

/** A gateway must not hold requests for a storage that hangs (ms); an image is a few megabytes at most. */
const answerMs = 10_000;

/**
 * A bucket of an S3-compatible storage. Throws UNAVAILABLE where it does not answer in time or as it should.
 */
export class Bucket {
  private readonly client: AwsClient;
  private readonly url: string;
  private readonly publicUrl: string | undefined;
  private readonly say: (reason: string) => void;

  constructor({ url, publicUrl, ...credentials }: NonNullable<Config['imageBucket']>, log: Logger) {
    this.client = new AwsClient({ ...credentials, service: 's3', retries: 2, initRetryMs: 100 });
    this.url = url;
    this.publicUrl = publicUrl;
    this.say = whenNew((reason) =>
      log.warn({ reason }, 'the bucket of images does not answer as it should'),
    );
  }

  /**
   * The bytes of an object, whole; null where there is none. With `most` it is one that somebody else put there: throws
   * PAYLOAD_TOO_LARGE without reading more than these, and UNSUPPORTED_TYPE where it would have to be unpacked.
   */
  async get(key: string, most?: number): Promise<Buffer | null> {
    return this.call(key, {}, async (answer) => {
      if (answer.status === 404) return null;
      return most === undefined
        ? Buffer.from(await answer.arrayBuffer())
        : readBounded(answer, most);
    });
  }

  async put(key: string, type: string, bytes: Buffer): Promise<void> {
    const init = { method: 'PUT', headers: { 'content-type': type }, body: Uint8Array.from(bytes) };
    await this.call(key, init, (answer) => answer.arrayBuffer());
  }

  /** What is not there is no error. */
  async delete(key: string): Promise<void> {
    await this.call(key, { method: 'DELETE' }, (answer) => answer.arrayBuffer());
  }

  /** An address to which anybody may put the object for so many seconds; undefined: phones do not reach the bucket. */
  async putAddress(key: string, seconds: number): Promise<string | undefined> {
    if (this.publicUrl === undefined) return undefined;
    const address = new URL(`${this.publicUrl}/${key}`);
    address.searchParams.set('X-Amz-Expires', String(seconds));
    const signed = await this.client.sign(address.href, {
      method: 'PUT',
      aws: { signQuery: true },
    });
    return signed.url;
  }

  private async call<T>(
    key: string,
    init: RequestInit,
    take: (answer: Response) => Promise<T>,
  ): Promise<T> {
    let why: string;
    try {
      const signal = AbortSignal.timeout(answerMs);
      const answer = await this.client.fetch(`${this.url}/${key}`, { ...init, signal });
      if (answer.ok || answer.status === 404) return await take(answer);
      await answer.body?.cancel();
      why = `answered ${answer.status}`;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      why = (error as Error).name;
    }
    // Why is for who runs this, and not for who asks.
    this.say(why);
    throw new Refusal('UNAVAILABLE', 'The images cannot be reached', { retryAfterMs: 2_000 });
  }
}

/** The length that the answer says may be wrong or missing, so what comes is counted. */
async function readBounded(answer: Response, most: number): Promise<Buffer> {
  const refuse = async (refusal: Refusal): Promise<never> => {
    await answer.body?.cancel();
    throw refusal;
  };
  if (answer.headers.has('content-encoding'))
    return refuse(
      new Refusal('UNSUPPORTED_TYPE', 'Put the file as it is, without Content-Encoding'),
    );
  if (Number(answer.headers.get('content-length')) > most)
    return refuse(new Refusal('PAYLOAD_TOO_LARGE'));
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const part of answer.body ?? []) {
    bytes += part.length;
    if (bytes > most) throw new Refusal('PAYLOAD_TOO_LARGE');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
