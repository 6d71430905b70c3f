import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Agent, request } from 'node:http';

/**
 * The least code that takes jobs from a queue and posts them to the provider: no second look, no claim, no delivery
 * record, no badge, no words. Haggle's cost per push is compared with it. `node bare-worker.js <queue> <prefix>
 * <provider>`
 */
const [queue, prefix, provider] = process.argv.slice(2) as [string, string, string];
const agent = new Agent({ keepAlive: true });
const connection = new Redis(process.env['REDIS_URL']!, { maxRetriesPerRequest: null });

const post = (token: string) =>
  new Promise<void>((resolve, reject) => {
    const body = JSON.stringify({
      message: { token, notification: { title: 'shop', body: 'Is tomorrow at seven fine?' } },
    });
    const sent = request(`${provider}/v1/projects/bench/messages:send`, {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    sent.on('response', (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error('refused')),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

const worker = new Worker<{ token: string }>(queue, (job) => post(job.data.token), {
  connection,
  prefix,
  concurrency: 500,
  removeOnComplete: { age: 3_600, count: 10_000 },
});
worker.on('error', () => undefined);
await worker.waitUntilReady();
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send?.({ type: 'ready' });
