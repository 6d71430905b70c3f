import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/platform/config.js';

interface S3Server {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}
// It has no types of its own.
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3Server;

/** An S3-compatible storage in this process, with one bucket. */
export async function startBucket() {
  const directory = await mkdtemp(join(tmpdir(), 'haggle-bucket-'));
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: 'photos' }],
  });
  const { port } = await server.run();
  const settings: NonNullable<Config['imageBucket']> = {
    url: `http://127.0.0.1:${port}/photos`,
    publicUrl: `http://127.0.0.1:${port}/photos`,
    region: 'us-east-1',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
  };
  return {
    settings,
    /** The same as the processes read it. */
    env: {
      IMAGE_BUCKET_URL: settings.url,
      IMAGE_BUCKET_PUBLIC_URL: settings.url,
      IMAGE_BUCKET_KEY_ID: settings.accessKeyId,
      IMAGE_BUCKET_SECRET: settings.secretAccessKey,
    },
    stop: () => server.close(),
    async remove(): Promise<void> {
      await server.close().catch(() => undefined);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
