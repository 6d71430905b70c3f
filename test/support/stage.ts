import { randomUUID } from 'node:crypto';
import type { HaggleClientOptions } from '../../client/index.js';
import type { FieldError } from '../../src/contract/errors.js';
import { createMockGateway, type MockPerson } from '../../client/testing/index.js';
import { openSocketIo, type ClientSocket } from '../../client/transport.js';
import { eventually, within } from './eventually.js';
import { callRest, type Person } from './person.js';
import type { TestCluster } from './test-cluster.js';

/** Somebody on a stage, with what a client library needs to be a device of theirs. */
export interface Actor {
  readonly id: string;
  readonly nickname: string;
  options(): HaggleClientOptions & Required<Pick<HaggleClientOptions, 'getToken'>>;
}

/** Where a script of behaviours is played: over a real gateway, or over the mock. */
export interface Stage {
  readonly name: string;
  person(nickname: string): Promise<Actor>;
  /** Gives somebody the role of a moderator. */
  moderates(person: Actor): Promise<void>;
  /** Something for sale; answers with its id. */
  listing(seller: Actor, price: number): Promise<string>;
}

export function mockStage(): Stage & { close(): void } {
  const gateway = createMockGateway();
  const people = new Map<string, MockPerson>();
  return {
    name: 'mock',
    person: (nickname) => {
      const person = gateway.addPerson(nickname);
      people.set(person.id, person);
      const { id } = person;
      return Promise.resolve({ id, nickname, options: () => gateway.options(person) });
    },
    moderates: ({ id }) => Promise.resolve(gateway.setModerator(people.get(id)!)),
    listing: (seller, price) =>
      Promise.resolve(gateway.addListing(people.get(seller.id)!, { price })),
    close: () => gateway.close(),
  };
}

export function realStage(cluster: TestCluster): Stage {
  const people = new Map<string, Person>();
  return {
    name: 'real',
    person: async (nickname) => {
      const person = await cluster.person(nickname);
      people.set(person.id, person);
      return {
        id: person.id,
        nickname,
        options: () => ({
          url: person.gateway.url,
          userId: person.id,
          getToken: () => Promise.resolve(person.accessToken),
        }),
      };
    },
    moderates: async ({ id }) => {
      const body = { role: 'moderator' };
      const { url } = cluster.gateways[0]!;
      const { status } = await callRest(url, 'PUT', `/v1/admin/users/${id}/role`, { body });
      if (status !== 204) throw new Error(`the role was refused: ${status}`);
    },
    listing: async (seller, price) =>
      (
        await people
          .get(seller.id)!
          .lists({ price, description: '', category: 'other', location: undefined })
      ).id,
  };
}

interface Answer {
  ok: boolean;
  data?: unknown;
  error?: {
    code: string;
    retryable: boolean;
    details?: { current?: unknown; errors?: FieldError[] };
  };
}

/** A device without the library: what it asks and hears is the protocol itself. */
export class RawDevice {
  readonly heard: { event: string; payload: unknown }[] = [];

  private constructor(
    readonly socket: ClientSocket,
    private readonly call: typeof fetch,
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async of(actor: Actor): Promise<RawDevice> {
    const device = await RawDevice.with(actor, {});
    device.socket.connect();
    await device.hears('session:ready');
    return device;
  }

  /** Not connected yet; `auth` is put over what the handshake would say. */
  static async with(actor: Actor, auth: object): Promise<RawDevice> {
    const { url, getToken, openSocket = openSocketIo, fetch: call = fetch } = actor.options();
    const token = await getToken();
    const socket = openSocket(url, (give) => give({ token, protocol: 1, ...auth }));
    const device = new RawDevice(socket, call, url, token);
    for (const event of events)
      socket.on(event, (payload) => device.heard.push({ event, payload }));
    return device;
  }

  async ask(event: string, payload: unknown): Promise<Answer> {
    return (await this.socket.timeout(10_000).emitWithAck(event, payload)) as Answer;
  }

  /** One REST call as the library makes it; a form goes as it is. */
  async rest(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const isJson = body !== undefined && !(body instanceof FormData);
    const answer = await this.call(`${this.url}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(isJson ? { 'content-type': 'application/json' } : {}),
      },
      body: isJson ? JSON.stringify(body) : body,
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  /** The lists show the whole log: they may lag behind it for a moment. */
  async settles(conversationId: string, lastSeq: number): Promise<void> {
    await eventually('the lists have settled', async () => {
      const { body } = await this.rest('GET', `/conversations/${conversationId}`);
      return (body as { lastSeq?: number }).lastSeq === lastSeq;
    });
  }

  hears(event: string, fits: (payload: never) => boolean = () => true): Promise<unknown> {
    return within(
      event,
      eventually(`hears ${event}`, () => {
        const found = this.heard.find((one) => one.event === event && fits(one.payload as never));
        return found && { payload: found.payload };
      }).then(({ payload }) => payload),
    );
  }

  all(event: string): unknown[] {
    return this.heard.filter((one) => one.event === event).map(({ payload }) => payload);
  }

  close(): void {
    this.socket.disconnect();
  }
}

const events = [
  'connect_error',
  'session:ready',
  'message:new',
  'receipt:updated',
  'conversation:updated',
  'listing:updated',
  'typing',
  'presence',
  'sync:hint',
  'session:revoked',
  'server:draining',
];

/** An id of an intent, as an app makes it. */
export const intent = () => randomUUID();

const named = new Set(
  'id conversationId listingId buyerId sellerId senderId userId subjectId offerId dealId sessionId nodeId clientMessageId targetId reporterId'.split(
    ' ',
  ),
);
const opaque = new Set([
  'thumbhash',
  'cursor',
  'epoch',
  'nextCursor',
  'traceId',
  'instance',
  'type',
  'title',
  'detail',
  'message',
]);

/**
 * What was seen, with ids by the order of their first appearance and without times, so that two stages can be held
 * against each other. Sentences for people are not compared.
 */
export class Names {
  private readonly known = new Map<string, string>();

  /** Gives an id a name of its own before it is seen. */
  call(id: string, name: string): void {
    this.known.set(id, name);
  }

  of(value: unknown, key = ''): unknown {
    if (Array.isArray(value)) return value.map((item) => this.of(item, key));
    if (typeof value === 'object' && value !== null) {
      const pairs = Object.entries(value)
        .filter(([, part]) => part !== undefined)
        .map(([name, part]) => [this.known.get(name) ?? name, this.of(part, name)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      return Object.fromEntries(pairs);
    }
    if (typeof value !== 'string') return value;
    if (opaque.has(key)) return '<opaque>';
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return '<time>';
    if (!named.has(key)) return value;
    if (!this.known.has(value)) this.known.set(value, `#${this.known.size + 1}`);
    return this.known.get(value);
  }
}
