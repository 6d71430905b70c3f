import { setTimeout as wait } from 'node:timers/promises';
import { DelayedError, UnrecoverableError, Worker, type Job } from 'bullmq';
import { bulkhead } from 'cockatiel';
import { whenNew } from '../../src/platform/logger.js';
import { asUnavailable } from '../../src/platform/mongo.js';
import {
  bundleSize,
  canaryJobName,
  pushesIn,
  pushQueueNames,
  type Bundle,
  type LeftPush,
  type PushJob,
  type PushQueueName,
} from '../../src/notifications/index.js';
import { TryAgain, nextTryInMs, type PushResult } from './judge.js';
import type { PushParts } from './push-parts.js';
import type { Run } from './send-push.js';
import type { RedisClient } from '../../src/platform/redis.js';

/** The share of concurrency for each queue: bulk pushes must never take all of a provider's or a processor's time. */
const shareOf: Record<PushQueueName, number> = { chat: 1, transactional: 1, bulk: 0.25 };
/** The most jobs taken at once: jobs that would wait behind started bundles are better left to other workers. */
const takenAtOnce = 128;
/**
 * Jobs unfinished after this long at the end of the process are left to another worker. Below the 10 s of the
 * lifecycle.
 */
const closeWithinMs = 8_000;
/** When the database is away, started jobs are put back for this long without losing a try. */
const outageWaitMs = 5_000;

interface Deps extends PushParts {
  connection: RedisClient;
  prefix: string;
  /** Pushes of one class that are sent at the same time. */
  concurrency: number;
  /** The longest wait before a second try, in milliseconds. */
  retryMs: number;
  send: (job: PushJob, run: Run) => Promise<PushResult>;
  /** Called when this process took a job of the class, even a canary. */
  alive: (queue: PushQueueName) => void;
  /** Called when a job failed for good. */
  failed: () => void;
}

/** Takes jobs of all push queues. Each queue has a worker of its own, so that a slow class delays no other. */
export async function startPushWorkers(deps: Deps): Promise<{ close: () => Promise<void> }> {
  const lines = pushQueueNames.map((name) => new Line(deps, name));
  await Promise.all(lines.map((line) => line.worker.waitUntilReady()));
  return {
    close: async () => {
      await Promise.all(lines.map((line) => line.close()));
    },
  };
}

type Taken = Job<PushJob | Bundle>;

/** The work of one process for one class. */
class Line {
  readonly worker: Worker<PushJob | Bundle>;
  /** Bounds how many of the taken bundles are started. */
  private readonly bundles;
  private closing = false;

  constructor(
    private readonly deps: Deps,
    private readonly queue: PushQueueName,
  ) {
    const { log, retryMs, connection, prefix } = deps;
    const inHand = deps.concurrency * shareOf[queue];
    this.bundles = bulkhead(atLeastOne(inHand / bundleSize), Infinity);
    this.worker = new Worker<PushJob | Bundle>(queue, (job, token) => this.run(job, token), {
      connection,
      prefix,
      concurrency: atLeastOne(Math.min(inHand, takenAtOnce)),
      // A job whose worker died is taken again within about 15 s (with the defaults it takes a minute).
      lockDuration: 10_000,
      stalledInterval: 5_000,
      maxStalledCount: 5,
      runRetryDelay: 1_000,
      settings: {
        backoffStrategy: (tries, _type, error) => nextTryInMs({ tries, firstMs: retryMs }, error),
      },
    });
    const say = whenNew((reason) => log.warn({ queue, reason }, 'a queue cannot be reached'));
    this.worker.on('error', (error) => say(error.message));
    this.worker.on('failed', (job, error) => {
      log.warn({ queue, job: job?.id, reason: error.message }, 'a push failed');
      if (!job || job.finishedOn !== undefined) deps.failed();
    });
  }

  private async run(job: Taken, token: string | undefined): Promise<void> {
    this.deps.alive(this.queue);
    if (job.name === canaryJobName) return;
    const { data } = job;
    if (data.kind === 'bundle') return this.bundles.execute(() => this.runBundle(job, data, token));
    const result = await this.sent(job, data);
    if (result.is === 'done') return;
    if (result.is === 'dead') throw new UnrecoverableError(result.detail);
    if (result.is === 'again') throw new TryAgain(result.detail, result.endsAt);
    await putBack(job, token, result.ms);
  }

  /** Each push that is left over is in the queue by itself before the bundle is done. */
  private async runBundle(job: Taken, data: Bundle, token: string | undefined): Promise<void> {
    if (this.closing) return putBack(job, token, 0);
    const left = await Promise.all(
      pushesIn(data).map((push) =>
        this.sent(job, push).then(
          (result) => this.leftOf(push, result),
          // A push whose state cannot be read must not hold up the others.
          (): LeftPush => ({ job: push, delayMs: this.deps.retryMs, tried: true }),
        ),
      ),
    );
    const some = left.filter((one) => one !== null);
    if (some.length > 0) await this.deps.queues.addLeft(this.queue, some);
  }

  private leftOf(job: PushJob, result: PushResult): LeftPush | null {
    switch (result.is) {
      case 'done':
        return null;
      case 'wait':
        return { job, delayMs: result.ms, tried: false };
      case 'again': {
        const error = new TryAgain(result.detail, result.endsAt);
        const delayMs = nextTryInMs({ tries: 1, firstMs: this.deps.retryMs }, error);
        return { job, delayMs: Math.max(0, delayMs), tried: true };
      }
      case 'dead':
        // Its delivery says so: alone it fails at once, and becomes a dead letter.
        return { job, delayMs: 0, tried: false };
    }
  }

  private async sent(job: Taken, push: PushJob): Promise<PushResult> {
    const { timestamp: since, attemptsStarted: starts, attemptsMade, opts, data } = job;
    // A push that fails in a bundle is tried again by itself, so no try in a bundle is the last.
    const last = data.kind !== 'bundle' && attemptsMade + 1 >= (opts.attempts ?? 1);
    const result = await this.attempt(push, { since, starts, last });
    const counted = result.is === 'done' ? result.outcome : result.is;
    this.deps.metrics.pushOutcomes.inc({ queue: this.queue, outcome: counted });
    return result;
  }

  private async attempt(push: PushJob, run: Run): Promise<PushResult> {
    try {
      return await this.deps.send(push, run);
    } catch (error) {
      if (asUnavailable(error) === error) throw error;
      const ms = outageWaitMs * (1 + Math.random());
      return { is: 'wait', ms, detail: (error as Error).message };
    }
  }

  /** Takes no new jobs. Unfinished ones are completed or left behind: then their locks expire, and their claims. */
  async close(): Promise<void> {
    this.closing = true;
    const late = new AbortController();
    const finished = this.worker.pause().then(() => true);
    const over = wait(closeWithinMs, false, { signal: late.signal }).catch(() => false);
    const idle = await Promise.race([finished, over]);
    late.abort();
    await this.worker.close(!idle);
  }
}

const atLeastOne = (count: number) => Math.max(1, Math.round(count));

async function putBack(job: Taken, token: string | undefined, ms: number): Promise<never> {
  await job.moveToDelayed(Date.now() + ms, token);
  throw new DelayedError();
}
