/** The stretches of the push benchmark, one after the other; so one file. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { pino } from 'pino';
import { PushQueues } from '../../src/notifications/push-queues.js';
import { Queues } from '../../src/platform/queues.js';
import type { Servers } from '../ground.js';
import { cpuMicros } from '../measure/cpu.js';
import { Processes, profiled, type Started } from '../measure/processes.js';
import { feed, pushesSince } from './feed.js';
import { settle } from './neighbours.js';
import type { Service } from './services.js';
import { costOf, startWriter, takenBy, until, type Cost } from './stage.js';
import { migrateDatabase } from '../../src/migrations/migrate.js';

export interface PushPlan {
  /** People with one phone each, none of them connected. */
  neighbours: number;
  /** Push workers; each is a process. */
  workers: number;
  /** Entries that wait when the workers start. */
  backlog: number;
  /** Entries per second while all parts run at once. */
  entryRate: number;
  /** Pushes per second for the push workers alone. */
  pushRate: number;
  seconds: number;
}

/** A number of units of work, done in a number of ms. */
interface Stretch extends Cost {
  count: number;
  tookMs: number;
}

interface Drained {
  /**
   * Milliseconds from the last unit of work (for entries: also until the inbox rows are up to date) to the last push
   * taken.
   */
  drainMs: number;
}

export interface PushFigures {
  /** The relay alone on a backlog: it reads entries, decides, stores the decisions and hands over the jobs. */
  decisions: Stretch;
  /** The push workers alone on the queue that the relay left. */
  pushes: Stretch;
  /** The push workers alone, at a fixed rate per second. */
  sustained: Stretch & Drained;
  /** Relay and push workers at once while entries are written. */
  together: Stretch &
    Drained & {
      /** How late the last entry was written, compared with the plan (ms). */
      behindMs: number;
      /** The share of one core that writer and provider took meanwhile. */
      othersShare: number;
    };
  /** The bare worker: a queue and a request per push, and nothing else. */
  bare: Stretch;
  lost: number;
  twice: number;
}

const latencyMs = 200;

/** Runs one round on a database of its own; at the end it stops and removes everything that it started. */
export async function runPush(
  servers: Servers,
  service: Service,
  plan: PushPlan,
  progress: (line: string) => void,
): Promise<PushFigures> {
  const name = `bench-${randomBytes(5).toString('hex')}`;
  const uri = new URL(servers.mongoUri);
  uri.pathname = `/${name}`;
  const processes = new Processes();
  const connection = await mongoose.createConnection(uri.href).asPromise();
  try {
    await migrateDatabase(uri.href);
    const provider = await processes.start('provider', 'dist/bench/push/serve-push.js', {
      args: [String(latencyMs)],
    });
    const url = `http://127.0.0.1:${provider.ready.port!}`;
    const env = {
      MONGODB_URI: uri.href,
      REDIS_URL: servers.redisUrl,
      REDIS_PREFIX: name,
      LOG_LEVEL: 'warn',
      ...service.env(url),
    };
    const round = new Round({ servers, processes, connection, provider, env, name, service, plan });
    return await round.run(url, progress);
  } finally {
    await processes.end();
    await connection.dropDatabase();
    await connection.close();
  }
}

class Round {
  private readonly redis: Redis;

  constructor(
    private readonly on: {
      servers: Servers;
      processes: Processes;
      connection: Connection;
      provider: Started;
      env: Record<string, string>;
      name: string;
      service: Service;
      plan: PushPlan;
    },
  ) {
    this.redis = new Redis(on.servers.redisUrl, { maxRetriesPerRequest: null });
  }

  async run(url: string, progress: (line: string) => void): Promise<PushFigures> {
    const { processes, connection, env, service, plan } = this.on;
    try {
      const neighbours = await settle(connection, plan.neighbours, (index) => ({
        provider: service.provider,
        ...service.phone(url, index),
      }));
      progress(`${plan.neighbours} people with a phone each`);
      // The relay starts at its first place in the log.
      await (await this.worker('relay')).end();
      const writer = await startWriter(processes, env);
      await writer.write({ neighbours, entries: plan.backlog, rate: undefined });
      progress(`${plan.backlog} entries wait`);
      const decisions = await this.decide();
      progress(`decided: ${perSecond(decisions)} a second`);
      const pushes = await this.push();
      progress(`pushed: ${perSecond(pushes)} a second`);
      const together = await this.keepPace(neighbours, writer);
      progress(`beside each other: empty ${Math.round(together.drainMs)} ms after the last entry`);
      const sustained = await this.sustain(neighbours, writer);
      progress(
        `sustained: empty ${Math.round(sustained.drainMs)} ms after the last push was given`,
      );
      const { lost, twice } = await this.judge();
      const bare = await this.bare(url, neighbours);
      progress(`a bare queue: ${perSecond(bare)} a second`);
      return { decisions, pushes, sustained, together, bare, lost, twice };
    } finally {
      this.redis.disconnect();
    }
  }

  private queue(name: string): Queue {
    const queue = new Queue(name, { connection: this.redis, prefix: `${this.on.name}-queues` });
    queue.on('error', () => undefined);
    return queue;
  }

  private async worker(role: string, name = `worker-${role}`) {
    const worker = await this.on.processes.start(name, 'dist/workers/main.js', {
      env: { ...this.on.env, NODE_ID: name },
      args: [`--role=${role}`],
      execArgv: profiled,
    });
    return { ...worker, end: () => this.on.processes.endOne(worker) };
  }

  private async pushWorkers() {
    const all = Array.from({ length: this.on.plan.workers }, (_, index) =>
      this.worker('push', `worker-push-${index + 1}`),
    );
    const workers = await Promise.all(all);
    return {
      pids: workers.map(({ pid }) => pid),
      end: async () => {
        for (const worker of workers) await worker.end();
      },
    };
  }

  private parts(workers: Record<string, number[]>): Record<string, number[]> {
    const { mongodPid, redisPid } = this.on.servers;
    return { ...workers, mongod: [mongodPid], redis: [redisPid] };
  }

  private readonly taken = async () => (await takenBy(this.on.provider)).taken;

  private async decide(): Promise<Stretch> {
    const { backlog } = this.on.plan;
    const relay = await this.worker('relay');
    const decisions = this.on.connection.collection('decisions');
    const done = await costOf(this.parts({ relay: [relay.pid] }), backlog, async () => ({
      tookMs: await until(() => decisions.estimatedDocumentCount(), backlog),
    }));
    await relay.end();
    return { ...done, count: backlog };
  }

  private async push(): Promise<Stretch> {
    const { backlog } = this.on.plan;
    const push = await this.pushWorkers();
    const done = await costOf(this.parts({ push: push.pids }), backlog, async () => ({
      tookMs: await until(this.taken, backlog),
    }));
    await push.end();
    return { ...done, count: backlog };
  }

  private async keepPace(
    neighbours: Awaited<ReturnType<typeof settle>>,
    writer: Awaited<ReturnType<typeof startWriter>>,
  ): Promise<PushFigures['together']> {
    const { entryRate: rate, seconds } = this.on.plan;
    const [relay, push] = [await this.worker('relay'), await this.pushWorkers()];
    const before = await this.taken();
    const count = rate * seconds;
    const others = [writer.pid, this.on.provider.pid];
    const [othersBefore, since] = [cpuMicros(others), performance.now()];
    const done = await costOf(
      this.parts({ relay: [relay.pid], push: push.pids }),
      count,
      async () => {
        const { behindMs } = await writer.write({ neighbours, entries: count, rate });
        const drainMs = await until(this.taken, before + count);
        return { behindMs, drainMs, tookMs: performance.now() - since };
      },
    );
    const othersShare = (cpuMicros(others) - othersBefore) / (done.tookMs * 1_000);
    await relay.end();
    await push.end();
    return { ...done, count, othersShare };
  }

  private async sustain(
    neighbours: Awaited<ReturnType<typeof settle>>,
    writer: Awaited<ReturnType<typeof startWriter>>,
  ): Promise<PushFigures['sustained']> {
    const { pushRate, seconds } = this.on.plan;
    const count = pushRate * seconds;
    const since = new Date();
    await writer.write({ neighbours, entries: count, rate: undefined });
    const pushes = await pushesSince(this.on.connection, since, neighbours);
    const queues = new Queues({
      connection: this.redis,
      prefix: `${this.on.name}-queues`,
      log: pino({ level: 'silent' }),
    });
    const workers = await this.pushWorkers();
    const before = await this.taken();
    const done = await costOf(this.parts({ push: workers.pids }), count, async () => {
      const from = performance.now();
      await feed(new PushQueues(queues), pushes, pushRate);
      const drainMs = await until(this.taken, before + count);
      return { drainMs, tookMs: performance.now() - from };
    });
    await workers.end();
    await queues.close();
    return { ...done, count };
  }

  /**
   * Every entry has one delivery that was taken, and the provider took as many, so each was taken once. A recipient who
   * got more pushes than their entries was told twice.
   */
  private async judge(): Promise<{ lost: number; twice: number }> {
    const { backlog, entryRate, pushRate, seconds, neighbours } = this.on.plan;
    const stretches = [backlog, entryRate * seconds, pushRate * seconds];
    const entries = stretches.reduce((sum, count) => sum + count, 0);
    const sent = await this.on.connection.collection('takenDeliveries').countDocuments();
    const { taken, most, recipients } = await takenBy(this.on.provider);
    const fair = stretches.reduce((sum, count) => sum + Math.ceil(count / neighbours), 0);
    return {
      lost: entries - Math.min(sent, taken) + (neighbours - recipients),
      twice: Math.max(0, taken - entries) + Math.max(0, most - fair),
    };
  }

  private async bare(url: string, neighbours: { token: string }[]): Promise<Stretch> {
    const { plan, name, processes, servers } = this.on;
    const queue = this.queue('bare');
    const jobs = Array.from({ length: plan.backlog }, (_, index) => ({
      name: 'push',
      data: { token: neighbours[index % neighbours.length]!.token },
    }));
    while (jobs.length > 0) await queue.addBulk(jobs.splice(0, 1_000));
    const before = await this.taken();
    const worker = await processes.start('bare worker', 'dist/bench/push/bare-worker.js', {
      env: { REDIS_URL: servers.redisUrl },
      args: ['bare', `${name}-queues`, url],
    });
    const done = await costOf(this.parts({ worker: [worker.pid] }), plan.backlog, async () => ({
      tookMs: await until(this.taken, before + plan.backlog),
    }));
    await queue.close();
    return { ...done, count: plan.backlog };
  }
}

export const perSecond = ({ count, tookMs }: Stretch): number =>
  Math.round((count / tookMs) * 1_000);
