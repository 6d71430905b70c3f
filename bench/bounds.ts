import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { LeanWebSocket } from './load/web-socket.js';
import { migrateDatabase } from '../src/migrations/migrate.js';

/**
 * Measures how much of a gateway one person can take from others: memory by not reading, time by asking much, and
 * places by opening connections that say nothing. Prints one line per case.
 *
 *     node scripts/with-servers.mjs node dist/bench/bounds.js [entry of the gateway] [case …]
 */
const [entry = 'dist/src/main.js', ...chosen] = process.argv.slice(2);
const { TEST_MONGODB_URI: mongoUri, TEST_REDIS_URL: redisUrl } = process.env;
if (!mongoUri || !redisUrl) throw new Error('Run it with "npm run bench:bounds"');

const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
const longText = '가'.repeat(3_900);

class Gateway {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** Gateways with the same name are nodes of one cluster. */
  static async start(
    env: Record<string, string> = {},
    name = `bounds_${randomBytes(6).toString('hex')}`,
  ): Promise<Gateway> {
    const uri = new URL(mongoUri!);
    uri.pathname = `/${name}`;
    await migrateDatabase(uri.href);
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const child = fork(entry, {
      env: {
        PATH: process.env['PATH'],
        MONGODB_URI: uri.href,
        REDIS_URL: redisUrl!,
        REDIS_PREFIX: name,
        JWT_KEYS: pem.export({ type: 'pkcs8', format: 'pem' }).toString(),
        LOG_LEVEL: 'fatal',
        PORT: '0',
        LIMIT_MESSAGES_PER_SECOND: '900',
        LIMIT_MESSAGE_BURST: '900',
        ...env,
      },
    });
    for (;;) {
      const [message] = (await once(child, 'message')) as [{ type: string; port?: number }];
      if (message.type === 'ready') return new Gateway(child, message.port!);
    }
  }

  get memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)![1]);
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  async call(method: string, path: string, body?: unknown, token?: string) {
    const response = await fetch(`http://127.0.0.1:${this.port}/v1${path}`, {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    return { status: response.status, answer };
  }

  async signUp(nickname: string): Promise<string> {
    const { answer } = await this.call('POST', '/auth/sign-up', {
      email: `${randomUUID()}@bounds.example`,
      password: 'correct horse battery',
      nickname,
    });
    return answer['accessToken'] as string;
  }
}

const nodeOf = (name: string, id: number) => Gateway.start({ NODE_ID: `node-${id}` }, name);

interface Ack {
  ok: boolean;
  data?: Record<string, unknown>;
  error?: { code: string };
}

/** A device that may stop reading, but keeps answering pings. */
class Device {
  ended = false;
  private readonly waiting = new Map<number, (ack: Ack) => void>();
  private number = 0;

  private constructor(private readonly socket: LeanWebSocket) {}

  static async connects(gateway: Gateway, token: string): Promise<Device> {
    let device: Device | undefined = undefined;
    const path = '/socket.io/?EIO=4&transport=websocket';
    const socket = await LeanWebSocket.open(gateway.port, path, () => {
      if (device) device.ended = true;
    });
    device = new Device(socket);
    await device.begins(token);
    return device;
  }

  private begins(token: string): Promise<void> {
    return new Promise((resolve) => {
      this.socket.listen((text) => {
        if (text === '2') this.socket.send('3');
        else if (text.startsWith('0')) this.socket.send(`40${JSON.stringify({ token })}`);
        else if (text.startsWith('42["session:ready"')) resolve();
        else if (text.startsWith('43')) {
          const at = text.indexOf('[');
          const [ack] = JSON.parse(text.slice(at)) as [Ack];
          this.waiting.get(Number(text.slice(2, at)))?.(ack);
        }
      });
    });
  }

  asks(event: string, payload: object): Promise<Ack> {
    const number = (this.number += 1);
    return new Promise((resolve) => {
      this.waiting.set(number, resolve);
      this.emits(event, payload, number);
    });
  }

  emits(event: string, payload: object, number = (this.number += 1)): void {
    this.socket.send(`42${number}${JSON.stringify([event, payload])}`);
  }

  stopsReading(): void {
    this.socket.pause();
  }

  pongs(): void {
    this.socket.send('3');
  }

  close(): void {
    this.socket.close();
  }
}

async function lists(gateway: Gateway, seller: string): Promise<string> {
  const { answer } = await gateway.call(
    'POST',
    '/listings',
    {
      title: '자전거',
      description: '주말에만 탔어요.',
      price: 100_000,
      category: 'sports',
      location: { latitude: 37.55, longitude: 126.9 },
    },
    seller,
  );
  return answer['id'] as string;
}

/** Two people and a conversation with a number of long entries. */
async function talk(gateway: Gateway, entries: number) {
  const [seller, buyer] = await Promise.all([gateway.signUp('준호'), gateway.signUp('민지')]);
  const listingId = await lists(gateway, seller);
  const opened = await gateway.call('POST', '/conversations', { listingId }, buyer);
  const conversationId = opened.answer['id'] as string;
  // A seller does not see a conversation before the buyer has written something.
  const hello = { clientMessageId: randomUUID(), text: '안녕하세요' };
  await gateway.call('POST', `/conversations/${conversationId}/messages`, hello, buyer);
  const writer = await Device.connects(gateway, seller);
  await writes(writer, conversationId, entries);
  return { seller, buyer, listingId, conversationId, writer };
}

const said = (conversationId: string, text: string) => ({
  conversationId,
  clientMessageId: randomUUID(),
  text,
});

async function writes(writer: Device, conversationId: string, count: number): Promise<void> {
  for (let written = 0; written < count; written += 50)
    await Promise.all(
      Array.from({ length: Math.min(50, count - written) }, () =>
        writer.asks('message:send', said(conversationId, longText)),
      ),
    );
}

type Neighbour = (ms: number) => Promise<string>;

/** Measures how long an uninvolved person waits for the acknowledgement of a message. */
async function neighbour(gateway: Gateway): Promise<Neighbour> {
  const { writer, conversationId } = await talk(gateway, 0);
  return (ms) => waits(writer, conversationId, ms);
}

async function waits(writer: Device, conversationId: string, ms: number): Promise<string> {
  const took: number[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const from = performance.now();
    const ack = await writer.asks('message:send', said(conversationId, '안녕'));
    if (!ack.ok) throw new Error(`not sent: ${JSON.stringify(ack.error)}`);
    took.push(performance.now() - from);
    await pause(50);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => Math.round(took[Math.floor(share * (took.length - 1))]!);
  return `another person's message:send p50 ${at(0.5)} ms, max ${at(1)} ms`;
}

/** Repeats a request, with so many under way at once, until told to stop; counts the answers. */
function keepsAsking(device: Device, atOnce: number, event: string, payload: object) {
  const counts: Record<string, number> = {};
  let stopped = false;
  const ask = async () => {
    while (!stopped) {
      const ack = await device.asks(event, payload);
      const outcome = ack.error?.code ?? 'OK';
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      if (!ack.ok) await pause(20);
    }
  };
  for (let count = 0; count < atOnce; count += 1) void ask();
  return () => {
    stopped = true;
    return JSON.stringify(counts);
  };
}

const cases: Record<string, () => Promise<string>> = {
  async 'slow-pulls'() {
    const gateway = await Gateway.start();
    const { buyer, conversationId } = await talk(gateway, 310);
    const device = await Device.connects(gateway, buyer);
    const before = gateway.memory;
    device.stopsReading();
    let most = before;
    for (let count = 0; count < 140; count += 1) {
      device.pongs();
      device.emits('sync:pull', { known: [{ conversationId, seq: 10 }] });
      await pause(150);
      most = Math.max(most, gateway.memory);
    }
    await pause(5_000);
    const after = gateway.memory;
    await gateway.stop();
    return `140 pulls that nobody reads: +${mebibytes(most - before)} at most, +${mebibytes(after - before)} after 5 s`;
  },

  async 'slow-texts'() {
    const gateway = await Gateway.start();
    const { buyer, conversationId, writer } = await talk(gateway, 100);
    const device = await Device.connects(gateway, buyer);
    const before = gateway.memory;
    device.stopsReading();
    const pongs = setInterval(() => device.pongs(), 5_000);
    await writes(writer, conversationId, 3_000);
    await pause(5_000);
    clearInterval(pongs);
    const after = gateway.memory;
    await gateway.stop();
    return `3,000 texts of 12 KB to a device that only sends pongs: +${mebibytes(after - before)}`;
  },

  async opens() {
    const gateway = await Gateway.start();
    const { buyer, listingId } = await talk(gateway, 1);
    const device = await Device.connects(gateway, buyer);
    const waiting = await neighbour(gateway);
    const quiet = await waiting(3_000);
    const stop = keepsAsking(device, 30, 'conversation:open', { listingId });
    const busy = await waiting(5_000);
    const counts = stop();
    await gateway.stop();
    return `30 opens in flight: ${busy} (quiet: ${quiet}); answers ${counts}`;
  },

  async pulls() {
    const gateway = await Gateway.start();
    const { buyer, conversationId } = await talk(gateway, 310);
    const device = await Device.connects(gateway, buyer);
    const waiting = await neighbour(gateway);
    const stop = keepsAsking(device, 4, 'sync:pull', { known: [{ conversationId, seq: 10 }] });
    const busy = await waiting(5_000);
    const counts = stop();
    await gateway.stop();
    return `big pulls, 4 at once: ${busy}; answers ${counts}`;
  },

  async searches() {
    const gateway = await Gateway.start();
    const { buyer } = await talk(gateway, 4_000);
    const waiting = await neighbour(gateway);
    const asked = Array.from({ length: 29 }, async () => {
      const { status, answer } = await gateway.call(
        'GET',
        `/messages/search?q=${encodeURIComponent('없는 말')}`,
        undefined,
        buyer,
      );
      return `${status} ${(answer['detail'] as string | undefined) ?? ''}`.trim();
    });
    const busy = await waiting(3_000);
    const counts: Record<string, number> = {};
    for (const outcome of await Promise.all(asked)) counts[outcome] = (counts[outcome] ?? 0) + 1;
    await gateway.stop();
    return `29 searches at once: ${JSON.stringify(counts)}; ${busy}`;
  },

  async offers() {
    const name = `bounds_${randomBytes(6).toString('hex')}`;
    const gateways = await Promise.all([1, 2].map((id) => nodeOf(name, id)));
    const forty = Array.from({ length: 40 }, (_, number) => number);
    const sellers = await Promise.all(forty.map(() => gateways[0]!.signUp('준호')));
    const buyers = await Promise.all(forty.map((number) => gateways[number % 2]!.signUp('민지')));
    const rush = async (listings: string[]): Promise<string> => {
      const offers = await Promise.all(
        buyers.map(async (buyer, number) => {
          const gateway = gateways[number % 2]!;
          const listingId = listings[number % listings.length]!;
          const opened = await gateway.call('POST', '/conversations', { listingId }, buyer);
          const path = `/conversations/${opened.answer['id'] as string}/offers`;
          return () =>
            gateway.call('POST', path, { clientMessageId: randomUUID(), amount: 80_000 }, buyer);
        }),
      );
      const from = performance.now();
      const took = await Promise.all(
        offers.map(async (offer) => {
          const { status, answer } = await offer();
          if (status !== 201) throw new Error(`an offer: ${JSON.stringify(answer)}`);
          return performance.now() - from;
        }),
      );
      took.sort((a, b) => a - b);
      return `half after ${Math.round(took[19]!)} ms, all after ${Math.round(took[39]!)} ms`;
    };
    const anew = (count: number) =>
      Promise.all(sellers.slice(0, count).map((seller) => lists(gateways[0]!, seller)));
    await rush(await anew(40));
    const apart = await rush(await anew(40));
    const together = [];
    for (let count = 0; count < 3; count += 1) together.push(await rush(await anew(1)));
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    return `40 offers at once over two gateways, on one listing: ${together.join('; ')} (on 40 listings: ${apart})`;
  },

  async handshakes() {
    const gateway = await Gateway.start({
      HOST: '::ffff:127.0.0.1',
      SMTP_URL: 'smtp://127.0.0.1:9',
      PUBLIC_URL: 'https://bounds.example',
    });
    let [open, most, refused] = [0, 0, 0];
    const opens = async () => {
      try {
        const path = '/socket.io/?EIO=4&transport=websocket';
        let counted = true;
        const socket = await LeanWebSocket.open(gateway.port, path, () => {
          if (counted) open -= 1;
          counted = false;
        });
        open += 1;
        most = Math.max(most, open);
        socket.listen(() => undefined);
      } catch {
        refused += 1;
      }
    };
    for (let count = 0; count < 1_500; count += 50)
      await Promise.all(Array.from({ length: 50 }, opens));
    const from = performance.now();
    while (open > 0 && performance.now() - from < 60_000) await pause(100);
    const took = Math.round((performance.now() - from) / 100) / 10;
    await gateway.stop();
    return `1,500 WebSockets from one address that say nothing: ${most} open at once, ${refused} refused, none left after ${took} s`;
  },
};

for (const [name, run] of Object.entries(cases))
  if (chosen.length === 0 || chosen.includes(name)) console.log(`${name}: ${await run()}`);
