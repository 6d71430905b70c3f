import { setTimeout as wait } from 'node:timers/promises';
import { DelayedError, UnrecoverableError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';
import { asUnavailable } from '../../src/platform/mongo.js';
import {
  canaryJobName,
  pushQueueNames,
  type PushJob,
  type PushQueueName,
} from '../../src/platform/queues.js';
import type { PushResult } from './judge.js';
import { TryAgain, nextTryInMs } from './next-try.js';
import type { Run } from './send-push.js';

/** Shares of the jobs in hand: what is sent to many at once never takes all of a provider's or a processor's time. */
const shareOf: Record<PushQueueName, number> = { chat: 1, transactional: 1, bulk: 0.25 };
/** What is still in hand after this long on the way out is left to another worker. Below the 10 s of the lifecycle. */
const closeWithinMs = 8_000;
/** The database is away: what was begun is put back for so long and has lost no try. */
const outageWaitMs = 5_000;

interface Deps {
  connection: Redis;
  prefix: string;
  /** Jobs in hand of one class. */
  concurrency: number;
  /** The longest wait before a second try, in milliseconds. */
  retryMs: number;
  send: (job: PushJob, run: Run) => Promise<PushResult>;
  /** This process took a job of the class, if only a canary. */
  alive: (queue: PushQueueName) => void;
  /** A job failed for good. */
  failed: () => void;
  log: Logger;
  metrics: Metrics;
}

/** Takes jobs of all push queues, each queue by a worker of its own: one slow class delays no other. */
export async function startPushWorkers(deps: Deps): Promise<{ close: () => Promise<void> }> {
  const workers = pushQueueNames.map((name) => startWorker(deps, name));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    close: async () => {
      await Promise.all(workers.map(close));
    },
  };
}

function startWorker(deps: Deps, name: PushQueueName): Worker<PushJob> {
  const { log } = deps;
  const worker = new Worker<PushJob>(name, (job, token) => run(deps, name, job, token), {
    connection: deps.connection,
    prefix: deps.prefix,
    concurrency: Math.max(1, Math.round(deps.concurrency * shareOf[name])),
    // A job whose worker died is taken again within about 15 s (the defaults take a minute).
    lockDuration: 10_000,
    stalledInterval: 5_000,
    maxStalledCount: 5,
    runRetryDelay: 1_000,
    settings: {
      backoffStrategy: (tries, _type, error) =>
        nextTryInMs({ tries, firstMs: deps.retryMs }, error),
    },
  });
  worker.on('error', (error) => log.warn({ queue: name, reason: error.message }, 'queue'));
  worker.on('failed', (job, error) => {
    log.warn({ queue: name, job: job?.id, reason: error.message }, 'push failed');
    if (!job || job.finishedOn !== undefined) deps.failed();
  });
  return worker;
}

async function run(
  deps: Deps,
  queue: PushQueueName,
  job: Job<PushJob>,
  token: string | undefined,
): Promise<void> {
  deps.alive(queue);
  if (job.name === canaryJobName) return;
  const result = await sent(deps, job);
  const counted = result.is === 'done' ? result.outcome : result.is;
  deps.metrics.pushOutcomes.inc({ queue, outcome: counted });
  if (result.is === 'done') return;
  if (result.is === 'dead') throw new UnrecoverableError(result.detail);
  if (result.is === 'again') throw new TryAgain(result.detail, result.endsAt);
  await job.moveToDelayed(Date.now() + result.ms, token);
  throw new DelayedError();
}

async function sent(deps: Deps, job: Job<PushJob>): Promise<PushResult> {
  try {
    return await deps.send(job.data, { since: job.timestamp, starts: job.attemptsStarted });
  } catch (error) {
    if (asUnavailable(error) === error) throw error;
    const ms = outageWaitMs * (1 + Math.random());
    return { is: 'wait', ms, detail: (error as Error).message };
  }
}

/** Takes nothing new; what is in hand is finished, or left behind: then its lock runs out, and its claims. */
async function close(worker: Worker<PushJob>): Promise<void> {
  const late = new AbortController();
  const finished = worker.pause().then(() => true);
  const over = wait(closeWithinMs, false, { signal: late.signal }).catch(() => false);
  const idle = await Promise.race([finished, over]);
  late.abort();
  await worker.close(!idle);
}
