import { randomBytes } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Delivery } from '../../src/notifications/delivery.store.js';
import { demoAccounts } from '../../src/users/demo-accounts.js';
import { chaosEntries } from './chaos/chaos.js';
import { Person } from './person.js';
import { ServerProcess } from './server-process.js';
import { askForShared } from './shared.js';
import { signingKey } from './signing-key.js';

const entries = { gateway: 'dist/src/main.js', worker: 'dist/workers/main.js' };

export interface ClusterOptions {
  gateways?: number;
  workers?: number;
  demo?: boolean;
  /** Whether to migrate and wait until all are ready; left out: yes. */
  untilReady?: boolean;
  /** A database that is there already, and stays; left out: an empty one of its own. */
  database?: string | undefined;
  /** Processes that obey `Chaos`; see there. */
  chaos?: boolean;
  /** Settings of all its processes, on top of the usual ones. */
  env?: Record<string, string>;
  /** Settings of one of them, by its name (`node-1`, `worker-1`), on top of those. */
  envOf?: (name: string) => Record<string, string>;
  /** Where all of them write their logs, in place of us. */
  outputTo?: string;
}

/**
 * Real gateways and workers on free ports over the real MongoDB and Redis, with a database and a prefix of their own,
 * so that tests meet nobody else's data.
 */
export class TestCluster {
  /** Kept from the first look to the end: a test that waits looks often. */
  private database: Promise<Connection> | undefined;
  private databaseOfStores: Promise<Connection> | undefined;
  private readonly people: Person[] = [];

  private constructor(
    readonly gateways: ServerProcess[],
    readonly workers: ServerProcess[],
    readonly mongoUri: string,
    /** What becomes of its database. */
    private readonly afterwards: 'stays' | 'isGivenBack' | 'isDropped',
    private readonly isShared = false,
  ) {}

  static async start(options: ClusterOptions = {}): Promise<TestCluster> {
    const { database, untilReady = true } = options;
    const env = {
      ...settingsOfItsOwn(options.demo),
      ...(database === undefined ? {} : { MONGODB_URI: database }),
      ...options.env,
    };
    const isPlain = database === undefined && untilReady && !options.env?.['MONGODB_URI'];
    if (isPlain) env.MONGODB_URI = await emptyDatabase(env);
    const built = options.chaos ? chaosEntries : entries;
    const processes = (kind: string, entry: string, count: number) =>
      Array.from(
        { length: count },
        (_, index) =>
          new ServerProcess(
            `${kind}-${index + 1}`,
            entry,
            { ...env, NODE_ID: `${kind}-${index + 1}`, ...options.envOf?.(`${kind}-${index + 1}`) },
            options.outputTo,
          ),
      );
    const cluster = new TestCluster(
      processes('node', built.gateway, options.gateways ?? 1),
      processes('worker', built.worker, options.workers ?? 0),
      env.MONGODB_URI,
      isPlain ? 'isGivenBack' : database === undefined ? 'isDropped' : 'stays',
    );
    try {
      if (untilReady && !isPlain) await askForShared('/migrate', { uri: env.MONGODB_URI });
      const all = [...cluster.gateways, ...cluster.workers];
      await Promise.all(all.map((one) => (untilReady ? one.start() : one.launch())));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /**
   * The two gateways without a limit of messages that many files share, or two others with a worker: for tests that
   * neither end a process nor need settings of their own. Lists of everything hold what other files left.
   */
  static async shared({ worker = false } = {}): Promise<TestCluster> {
    const env = {
      ...settingsOfItsOwn(),
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
    };
    const names = ['node-1', 'node-2', ...(worker ? ['worker-1'] : [])];
    const asked = names.map((NODE_ID) => ({
      entry: NODE_ID.startsWith('node') ? entries.gateway : entries.worker,
      settings: { ...env, NODE_ID },
    }));
    const made = await askForShared<{ processes: typeof asked; ports: number[] }>(
      `/cluster?of=${names.join()}`,
      asked,
    );
    const all = made.processes.map(({ entry, settings }, index) => {
      const process = new ServerProcess(settings.NODE_ID, entry, settings);
      process.port = made.ports[index] ?? 0;
      return process;
    });
    const { MONGODB_URI } = made.processes[0]!.settings;
    return new TestCluster(all.slice(0, 2), all.slice(2), MONGODB_URI, 'stays', true);
  }

  /** Somebody new with an account, at the gateway of this number. */
  async person(
    nickname: string,
    gateway = 0,
    account?: { email: string; password: string },
  ): Promise<Person> {
    const person = await Person.signUp(this.gateways[gateway]!, nickname, account);
    this.people.push(person);
    return person;
  }

  /** The demo people, through the public sign-up as the embedded default makes them. */
  async seedDemo(): Promise<void> {
    for (const { email, password, nickname } of demoAccounts)
      await Person.signUp(this.gateways[0]!, nickname, { email, password });
  }

  /** A look at the database beside the product, for what must or must not be stored. */
  async inspect<T>(look: (connection: Connection) => Promise<T>): Promise<T> {
    return look(await (this.database ??= connectTo(this.mongoUri)));
  }

  /** A look by the stores of the product. */
  async withStores<T>(look: (connection: Connection) => Promise<T>): Promise<T> {
    // The packages behind it take longer to load than many files need for their tests.
    this.databaseOfStores ??= import('./own-database.js').then(({ openDatabase }) =>
      openDatabase(this.mongoUri),
    );
    return look(await this.databaseOfStores);
  }

  /** What was sent, or is about to be, to which device about entries of a conversation. */
  async deliveries(conversationId: string): Promise<Delivery[]> {
    const { DeliveryStore } = await import('../../src/notifications/delivery.store.js');
    const all = await this.withStores((connection) =>
      new DeliveryStore(connection).of(`${conversationId}:`),
    );
    return all.sort((a, b) => a.seq! - b.seq!);
  }

  /** Those of them that a provider took. */
  async sent(conversationId: string): Promise<Delivery[]> {
    return (await this.deliveries(conversationId)).filter(({ state }) => state === 'sent');
  }

  /** Ends its processes and gives its data away; a shared cluster lives until the last file is through. */
  async stop(): Promise<void> {
    // A device that is left open would keep the worker of jest from ending.
    for (const person of this.people) person.leaves();
    const own = this.isShared ? [] : [...this.gateways, ...this.workers];
    const codes = await Promise.all(own.map((one) => one.end('SIGTERM')));
    for (const opened of [this.database, this.databaseOfStores]) await (await opened)?.close();
    if (this.afterwards === 'stays') return;
    // What a killed process asked for last may still be written.
    const isLeft = codes.every((code) => code === 0) && this.afterwards === 'isGivenBack';
    await askForShared(isLeft ? '/give-back' : '/drop', { uri: this.mongoUri });
  }
}

/** One of this version that nobody else uses, for a cluster with these settings. */
async function emptyDatabase(settings: { MONGODB_URI: string; REDIS_PREFIX: string }) {
  const asked = { uri: settings.MONGODB_URI };
  const uri = new URL((await askForShared<typeof asked>('/database', asked)).uri);
  uri.searchParams.set('appName', settings.REDIS_PREFIX);
  return uri.href;
}

/** A database and a prefix that nobody else uses, and the usual settings. */
function settingsOfItsOwn(demo = false) {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const uri = new URL(required('TEST_MONGODB_URI'));
  uri.pathname = `/${name}`;
  // By which MongoDB tells its commands from those of others.
  uri.searchParams.set('appName', name);
  return {
    MONGODB_URI: uri.href,
    REDIS_URL: required('TEST_REDIS_URL'),
    REDIS_PREFIX: name,
    JWT_KEYS: signingKey,
    LOG_LEVEL: 'info',
    // No proxy is in front that would have to notice.
    DRAIN_LEAD_SECONDS: '0',
    REBALANCE: 'off',
    DEMO: demo ? 'on' : 'off',
    PUSH_DELAY_OFFLINE_MS: '300',
    PUSH_DELAY_ONLINE_MS: '1200',
    // Push services of the tests listen on this machine.
    PRIVATE_ENDPOINTS: 'on',
    // So that a busy machine puts off nobody.
    LOG_QUEUE_MS: '15000',
  };
}

function required(name: 'TEST_MONGODB_URI' | 'TEST_REDIS_URL'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: run tests with "npm test" or "npm run jest"`);
  return value;
}
