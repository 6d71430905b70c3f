import { randomBytes, randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type {
  Ack,
  ClientEventName,
  DataOf,
  ServerEventName,
  ServerToClient,
  view,
} from '../../src/contract/index.js';
import type { Conformance } from '../environment/conformance.js';
import { eventually, within } from './eventually.js';
import type { ServerProcess } from './server-process.js';

export interface HttpAnswer<T = unknown> {
  status: number;
  body: T;
  headers: Headers;
}

type EventPayload<N extends ServerEventName> = Parameters<ServerToClient[N]>[0];

/**
 * One device of a person: a raw Socket.IO connection that keeps everything it hears. What it hears must be what the
 * served documents say.
 */
export class DeviceSocket {
  readonly heard: { event: string; payload: unknown }[] = [];
  private misfit: Error | undefined;

  constructor(
    readonly socket: Socket,
    private readonly who: string,
    private readonly documents: () => Promise<Conformance>,
  ) {
    socket.onAny((event: string, payload: unknown) => {
      this.heard.push({ event, payload });
      void this.checks((documents) => documents.expectEventConforms(event, payload));
    });
    // A transport that fails says nothing; a gateway that refuses does.
    socket.on('connect_error', ({ data }: Error & { data?: unknown }) => {
      if (data !== undefined)
        void this.checks((documents) => documents.expectEventConforms('connect_error', data));
    });
  }

  /** Emits and waits for the acknowledgement, whatever it says. */
  async ask<N extends ClientEventName>(
    event: N,
    payload: unknown,
    deadlineMs = 15_000,
  ): Promise<Ack<DataOf<N>>> {
    const ack: unknown = await this.socket.timeout(deadlineMs).emitWithAck(event, payload);
    await this.checks((documents) => documents.expectAckConforms(event, ack));
    this.mustFit();
    return ack as Ack<DataOf<N>>;
  }

  /** A misfit fails the test that looks next at this device: nobody awaits an event. */
  private async checks(look: (documents: Conformance) => void): Promise<void> {
    try {
      look(await this.documents());
    } catch (error) {
      this.misfit ??= error as Error;
    }
  }

  private mustFit(): void {
    if (this.misfit) throw this.misfit;
  }

  /** Like `ask`, and fails unless it was granted. */
  async do<N extends ClientEventName>(event: N, payload: unknown): Promise<DataOf<N>> {
    const answer = await this.ask(event, payload);
    if (!answer.ok) throw new Error(`${event}: ${JSON.stringify(answer.error)}`);
    return answer.data;
  }

  all<N extends ServerEventName>(event: N): EventPayload<N>[] {
    return this.heard.filter((one) => one.event === event).map((one) => one.payload as never);
  }

  /** The first event that fits, heard already or still to come. */
  hears<N extends ServerEventName>(
    event: N,
    fits: (payload: EventPayload<N>) => boolean = () => true,
    deadlineMs?: number,
  ): Promise<EventPayload<N>> {
    const look = () => {
      this.mustFit();
      return this.all(event).find(fits);
    };
    return eventually(`${this.who} hears ${event}`, look, deadlineMs);
  }

  /** The texts of a conversation in the order in which they were heard, each once. */
  texts(conversationId: string): string[] {
    const bySeq = new Map<number, string>();
    for (const { message } of this.all('message:new'))
      if (message.conversationId === conversationId && message.text !== undefined)
        bySeq.set(message.seq, message.text);
    return [...bySeq].sort(([a], [b]) => a - b).map(([, text]) => text);
  }

  close(): void {
    this.socket.close();
  }
}

/** A buyer or seller of the tests: an account, REST calls with its token, and devices. */
export class Person {
  private readonly devices: DeviceSocket[] = [];

  private constructor(
    readonly user: view.Me,
    public accessToken: string,
    public refreshToken: string,
    /** Where REST calls go and devices connect, unless told otherwise. */
    public gateway: ServerProcess,
  ) {}

  static async signUp(
    gateway: ServerProcess,
    nickname: string,
    account: { email?: string; password?: string } = {},
  ): Promise<Person> {
    const email = account.email ?? `${randomBytes(8).toString('hex')}@test.example`;
    const password = account.password ?? 'correct horse battery';
    const answer = await callRest<view.SignedIn>(gateway.url, 'POST', '/v1/auth/sign-up', {
      body: { email, password, nickname },
    });
    if (answer.status !== 201) throw new Error(`sign-up: ${JSON.stringify(answer.body)}`);
    const { user, accessToken, refreshToken } = answer.body;
    return new Person(user, accessToken, refreshToken, gateway);
  }

  get id(): string {
    return this.user.id;
  }

  call<T = view.Problem>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer<T>> {
    return callRest<T>(this.gateway.url, method, path, {
      body,
      headers: { authorization: `Bearer ${this.accessToken}`, ...headers },
    });
  }

  /** Like `call`, and fails unless the status is one of success. */
  async gets<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  lists(fields: Partial<Record<string, unknown>> = {}): Promise<view.Listing> {
    return this.gets('POST', '/v1/listings', aListing(fields));
  }

  asksAbout(listing: view.Listing): Promise<view.Conversation> {
    return this.gets('POST', '/v1/conversations', { listingId: listing.id });
  }

  sends(
    conversation: { id: string },
    text: string,
    clientMessageId: string = randomUUID(),
  ): Promise<{ message: view.Message; duplicate: boolean }> {
    return this.gets('POST', `/v1/conversations/${conversation.id}/messages`, {
      clientMessageId,
      text,
    });
  }

  edits(
    message: view.Message,
    text: string,
    clientMessageId: string = randomUUID(),
  ): Promise<view.ChangedMessage> {
    return this.gets('PATCH', pathOf(message), { text, clientMessageId });
  }

  unsends(message: view.Message, clientMessageId?: string): Promise<view.ChangedMessage> {
    return this.gets('DELETE', pathOf(message), { clientMessageId });
  }

  offers(
    conversation: { id: string },
    amount: number,
    clientMessageId: string = randomUUID(),
  ): Promise<{ offer: view.Offer; message: view.Message }> {
    return this.gets('POST', `/v1/conversations/${conversation.id}/offers`, {
      clientMessageId,
      amount,
    });
  }

  accepts(
    offer: view.Offer,
    clientMessageId: string = randomUUID(),
  ): Promise<HttpAnswer<{ offer: view.Offer; message: view.Message } & view.Problem>> {
    return this.call('POST', `/v1/offers/${offer.id}/accept`, {
      amount: offer.amount,
      version: offer.version,
      clientMessageId,
    });
  }

  async log(conversation: { id: string }): Promise<view.Message[]> {
    const page = await this.gets<{ items: view.Message[] }>(
      'GET',
      `/v1/conversations/${conversation.id}/messages?afterSeq=0&limit=100`,
    );
    return page.items;
  }

  /** A device that is connected and told that its room is live. */
  async connects(gateway: ServerProcess = this.gateway): Promise<DeviceSocket> {
    const device = this.opensSocket(gateway);
    device.socket.connect();
    await within(`${this.user.nickname} is connected`, device.hears('session:ready'));
    return device;
  }

  /** A device that is not connected yet. */
  opensSocket(gateway: ServerProcess = this.gateway, auth?: object): DeviceSocket {
    const socket = io(gateway.url, {
      transports: ['websocket'],
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      auth: auth ?? ((send: (auth: object) => void) => send({ token: this.accessToken })),
    });
    const device = new DeviceSocket(socket, this.user.nickname, () => documentsAt(gateway.url));
    this.devices.push(device);
    return device;
  }

  /** Closes its sockets. */
  leaves(): void {
    for (const device of this.devices) device.close();
  }
}

export const pathOf = ({ conversationId, seq }: view.Message) =>
  `/v1/conversations/${conversationId}/messages/${seq}`;

/** A listing that everybody would buy, with the given fields changed. */
export const aListing = (fields: Partial<Record<string, unknown>> = {}) => ({
  title: '접이식 자전거',
  description: '주말에만 탔어요.',
  price: 100_000,
  category: 'sports',
  location: { latitude: 37.5561, longitude: 126.9052 },
  ...fields,
});

/** One call; what comes back under `/v1` must be what the served documents say. */
export async function callRest<T>(
  url: string,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<HttpAnswer<T>> {
  const { body, headers } = options;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined || body instanceof FormData
        ? {}
        : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : {
          body: typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body),
        }),
  });
  const text = await response.text();
  const answer: unknown = text && isJson(response) ? JSON.parse(text) : text;
  if (path.startsWith('/v1/'))
    (await documentsAt(url)).expectConforms(method, path, response.status, answer);
  return { status: response.status, body: answer as T, headers: response.headers };
}

const isJson = (response: Response) => /json/.test(response.headers.get('content-type') ?? '');
