import mongoose from 'mongoose';
import { generateKeyPairSync } from 'node:crypto';
import type { Pair } from '../../load/orders.js';
import type { Peer } from '../peer.js';
import { signInMany, type SignedIn } from './people.js';

/** A rate above what a sender here reaches, but low enough that every message is still counted as in the product. */
const lifted = '900';
const requestsAtOnce = 20;
/** A folder that gets a CPU profile of each process. */
const { BENCH_PROFILE: profiles } = process.env;
const execArgv = profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [];

/**
 * The product as built: two gateways and a worker with the relay's role; all settings but the rates are the defaults.
 */
export const haggle: Peer = {
  name: 'Haggle',
  receipts: true,
  async start({ mongoUri, redisUrl, name, processes }, count) {
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const env = {
      MONGODB_URI: mongoUri,
      REDIS_URL: redisUrl,
      REDIS_PREFIX: name,
      JWT_KEYS: pem,
      LOG_LEVEL: 'warn',
      LIMIT_MESSAGES_PER_SECOND: lifted,
      LIMIT_MESSAGE_BURST: lifted,
    };
    const nodes = await Promise.all(
      [1, 2].map((index) =>
        processes.start(`haggle-${index}`, 'dist/src/main.js', {
          env: { ...env, PORT: '0', NODE_ID: `node-${index}` },
          execArgv,
        }),
      ),
    );
    const worker = await processes.start('haggle-relay', 'dist/workers/main.js', {
      env: { ...env, NODE_ID: 'worker-1' },
      args: ['--role=relay'],
      execArgv,
    });
    const ports = nodes.map((node) => node.ready.port!) as [number, number];
    return {
      pairs: await meet(mongoUri, pem, ports, count),
      parts: { gateways: nodes.map((node) => node.pid), relay: [worker.pid] },
    };
  },
};

/** Makes pairs of people: one lists something, the other asks about it, through the public door. */
async function meet(
  mongoUri: string,
  pem: string,
  ports: readonly [number, number],
  count: number,
): Promise<Pair[]> {
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  const people = await signInMany(connection, pem, 2 * count).finally(() => connection.close());
  const pairs: Pair[] = [];
  const open = async (index: number) => {
    const [buyer, seller] = [people[2 * index]!, people[2 * index + 1]!];
    const conversationId = await talkAbout(ports[index % 2]!, buyer, seller);
    pairs[index] = {
      conversationId,
      senderToken: buyer.token,
      senderPort: ports[index % 2]!,
      recipientToken: seller.token,
      recipientPort: ports[1 - (index % 2)]!,
    };
  };
  const indexes = Array.from({ length: count }, (_, index) => index);
  while (indexes.length > 0) await Promise.all(indexes.splice(0, requestsAtOnce).map(open));
  return pairs;
}

async function talkAbout(port: number, buyer: SignedIn, seller: SignedIn): Promise<string> {
  const post = async (path: string, token: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${port}/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { id: string };
  };
  const listing = await post('/listings', seller.token, {
    title: 'Bicycle',
    description: 'Ridden at weekends',
    price: 100_000,
    category: 'sports',
  });
  return (await post('/conversations', buyer.token, { listingId: listing.id })).id;
}
