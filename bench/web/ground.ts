import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { MessageStore } from '../../src/conversations/message.store.js';
import { ListingStore } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { batchesOf, madeListings } from '../../scripts/seed/made-listings.js';
import { newId } from '../../src/platform/ids.js';
import type { Servers } from '../ground.js';
import { migrateDatabase } from '../../src/migrations/migrate.js';

const password = 'correct horse battery';
const listings = 200;
/** Messages of one write. */
const atOnce = 1_000;

interface Account {
  id: string;
  email: string;
  token: string;
}

/** Two people with a long conversation, and the gateways of the builds that serve it, one after another. */
export class Ground {
  #gateway: ChildProcess | undefined;
  readonly #key: string;
  readonly password = password;
  reader!: Account;
  conversationId = '';

  private constructor(
    private readonly servers: Servers,
    private readonly name: string,
    private readonly connection: mongoose.Connection,
    readonly messages: number,
  ) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  static async prepare(servers: Servers, name: string, messages: number): Promise<Ground> {
    const uri = new URL(servers.mongoUri);
    uri.pathname = `/${name}`;
    const connection = await mongoose.createConnection(uri.href).asPromise();
    const ground = new Ground(servers, name, connection, messages);
    try {
      await migrateDatabase(uri.href);
      await ground.#fill(await ground.serve('dist'));
    } catch (error) {
      await ground.end();
      throw error;
    }
    return ground;
  }

  /** Starts the gateway of a build, in place of the one before; resolves to its address. */
  async serve(dist: string): Promise<string> {
    this.#gateway?.kill('SIGKILL');
    const gateway = fork(join(dist, 'src/main.js'), {
      // Each build is served with the files beside it.
      cwd: join(dist, '..'),
      env: {
        PATH: process.env['PATH'],
        MONGODB_URI: Object.assign(new URL(this.servers.mongoUri), { pathname: `/${this.name}` })
          .href,
        REDIS_URL: this.servers.redisUrl,
        REDIS_PREFIX: this.name,
        JWT_KEYS: this.#key,
        LOG_LEVEL: 'fatal',
        PORT: '0',
        // Somebody who leafs through thousands of messages in a minute.
        LIMIT_POINTS_PER_SECOND: '10000',
        LIMIT_POINTS_BURST: '10000',
      },
    });
    this.#gateway = gateway;
    const gone = once(gateway, 'exit').then(() => {
      throw new Error(`The gateway in ${dist} ended`);
    });
    gone.catch(() => undefined);
    for (;;) {
      const [message] = (await Promise.race([once(gateway, 'message'), gone])) as [
        { type: string; port?: number },
      ];
      if (message.type === 'ready') return `http://127.0.0.1:${message.port}`;
    }
  }

  async end(): Promise<void> {
    this.#gateway?.kill('SIGKILL');
    await this.connection.dropDatabase();
    await this.connection.close();
  }

  async #fill(url: string): Promise<void> {
    const call = async <T>(method: string, path: string, token: string, body: object) => {
      const answer = await fetch(`${url}/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    };
    const signUp = async (nickname: string): Promise<Account> => {
      const email = `${randomUUID()}@bench.example`;
      const answer = await call<{ accessToken: string; user: { id: string } }>(
        'POST',
        '/auth/sign-up',
        '',
        { email, password, nickname },
      );
      return { id: answer.user.id, email, token: answer.accessToken };
    };
    const store = new ListingStore(this.connection, new MongoListingSearch(this.connection));
    for (const batch of batchesOf(madeListings(listings))) await store.addMany(batch);
    const [seller, reader] = [await signUp('준호'), await signUp('민지')];
    const listing = await call<{ id: string }>('POST', '/listings', seller.token, {
      title: '접이식 자전거',
      description: '주말에만 탔어요.',
      price: 100_000,
      category: 'sports',
      location: { latitude: 37.5561, longitude: 126.9052 },
    });
    const { id } = await call<{ id: string }>('POST', '/conversations', reader.token, {
      listingId: listing.id,
    });
    const log = new MessageStore(this.connection);
    const began = Date.now() - this.messages * 60_000;
    for (let first = 1; first < this.messages; first += atOnce) {
      const count = Math.min(atOnce, this.messages - first);
      await log.insert(
        Array.from({ length: count }, (_, index) => ({
          id: newId(),
          conversationId: id,
          senderId: (first + index) % 3 === 0 ? seller.id : reader.id,
          clientMessageId: randomUUID(),
          kind: 'text',
          text: saidAs(first + index),
          seq: first + index,
          state: 'active',
          contentHash: '',
          createdAt: new Date(began + (first + index) * 60_000),
        })),
      );
    }
    // By the usual door, so that everything that follows from an entry is brought up to the log.
    const send = (path: string, body: object) =>
      call('POST', `/conversations/${id}${path}`, seller.token, body);
    await send('/messages', { clientMessageId: randomUUID(), text: saidAs(this.messages) });
    await call('PUT', `/conversations/${id}/receipts`, reader.token, { readSeq: this.messages });
    this.reader = reader;
    this.conversationId = id;
  }
}

/** Of one to three lines on a phone. */
const saidAs = (seq: number) => `${seq}번째 말이에요. ${'오늘 저녁에 볼까요? '.repeat(seq % 5)}`;
