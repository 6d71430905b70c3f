import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { freePort } from '../../scripts/servers/free-port.js';
import { limits } from '../../src/contract/index.js';
import type { Pair } from './chat-crowd.js';
import { storedEntries } from './log.js';
import type { Person } from './person.js';
import { ReverseProxy, type ProxyName } from './reverse-proxy.js';
import { TestCluster } from './test-cluster.js';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Gateways behind a real proxy, and one past it, where accounts are made without limits by address. */
export class ProxiedCluster {
  private constructor(
    readonly cluster: TestCluster,
    readonly proxy: ReverseProxy,
    /** How many of the gateways are behind the proxy. */
    readonly behind: number,
  ) {}

  /** Of the three gateways that the proxy knows only these many are there. */
  static async start(
    name: ProxyName,
    program: string,
    { gateways, leadSeconds }: { gateways: 2 | 3; leadSeconds: number },
  ): Promise<ProxiedCluster> {
    const cluster = await TestCluster.start({
      gateways: gateways + 1,
      env: {
        DRAIN_LEAD_SECONDS: String(leadSeconds),
        LIMIT_MESSAGES_PER_SECOND: '1000',
        LIMIT_MESSAGE_BURST: '2000',
        LOG_LEVEL: 'info',
      },
      envOf: (node): Record<string, string> =>
        node === `node-${gateways + 1}` ? {} : { TRUST_PROXY: '1' },
    });
    try {
      const ports = cluster.gateways.slice(0, gateways).map(({ port }) => port);
      const [first, second, third = await freePort()] = ports as [number, number, number?];
      const proxy = await ReverseProxy.start(name, program, [first, second, third]);
      return new ProxiedCluster(cluster, proxy, gateways);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.cluster.stop();
  }

  person(nickname: string): Promise<Person> {
    return this.cluster.person(nickname, this.behind);
  }

  async pair(number: number): Promise<Pair> {
    const [seller, buyer] = await Promise.all(['s', 'b'].map((who) => this.person(who + number)));
    const conversation = await buyer!.asksAbout(await seller!.lists());
    // Before that the seller does not see it.
    await buyer!.sends(conversation, '아직 있나요?');
    return { people: [seller!, buyer!], conversation };
  }

  /** Ends a gateway as a roll-out does, and starts it again; fails unless it went well. */
  async replaces(number: number): Promise<void> {
    const gateway = this.cluster.gateways[number]!;
    const before = gateway.log.length;
    const code = await gateway.end('SIGTERM', 60_000);
    const said = gateway.log.slice(before);
    if (code !== 0 || /"level":[56]0|failed|took too long/.test(said))
      throw new Error(`${gateway.name} ended by ${code}:\n${said.slice(-2_000)}`);
    await gateway.start();
  }

  /** One request through the proxy, from an own address of this machine. */
  asks(
    method: string,
    path: string,
    {
      from = '127.0.0.1',
      headers = {},
      body,
    }: { from?: string; headers?: Record<string, string>; body?: Buffer } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { method, localAddress: from, headers, agent: false as const };
      const call = request(`${this.proxy.url}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  /** What a network address may still ask for, as the gateway says it. */
  async left(from: string, headers: Record<string, string>): Promise<number> {
    const answer = await this.asks('GET', '/v1/listings?limit=1', { from, headers });
    return Number(/r=(\d+)/.exec(String(answer.headers['ratelimit']))?.[1]);
  }

  /** Entries as they are stored: how many, how many of them with an id that another has, and the holes in the logs. */
  async stored(): Promise<{ ids: Set<string>; doubled: number; holes: number }> {
    const entries = await this.cluster.inspect((connection) => storedEntries(connection));
    const ids = entries.map(({ clientMessageId }) => clientMessageId);
    const last = new Map<string, number>();
    for (const { conversationId, seq } of entries)
      last.set(conversationId, Math.max(seq, last.get(conversationId) ?? 0));
    const numbered = [...last.values()].reduce((sum, seq) => sum + seq, 0);
    const known = new Set(ids.filter((id): id is string => id !== undefined));
    return {
      ids: known,
      doubled: ids.length - new Set(ids).size,
      holes: numbered - entries.length,
    };
  }
}

/** A photo as large as one may be; only its first kilobytes are a picture. */
export async function largestPhoto(person: Person): Promise<{
  headers: Record<string, string>;
  body: Buffer;
}> {
  const { default: sharp } = await import('sharp');
  const picture = await sharp({
    create: { width: 64, height: 48, channels: 3, background: '#2a6' },
  })
    .jpeg()
    .toBuffer();
  const boundary = randomBytes(12).toString('hex');
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
    ),
    picture,
    randomBytes(limits.imageBytes - picture.length),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return {
    headers: {
      authorization: `Bearer ${person.accessToken}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(body.length),
    },
    body,
  };
}
