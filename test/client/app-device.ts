import { expect, jest } from '@jest/globals';
import {
  createHaggleClient,
  memoryOutbox,
  type HaggleClient,
  type HaggleClientOptions,
  type StoredSession,
  type TokenStorage,
} from '../../client/index.js';
import { createMockGateway, type MockPerson } from '../../client/testing/index.js';

type Fetch = typeof fetch;

/**
 * A device with an app that two people use in turn. What it stores outlives each run of the app. Time is the test's:
 * see `passes`.
 */
export class AppDevice {
  readonly gateway = createMockGateway();
  readonly minji = this.gateway.addPerson('민지');
  readonly junho = this.gateway.addPerson('준호');
  /** Their conversation. */
  readonly id = this.gateway.addConversation({ buyer: this.minji, seller: this.junho });
  readonly outbox = memoryOutbox();
  readonly tokens: TokenStorage & { kept: StoredSession | null } = {
    kept: null,
    load: () => this.tokens.kept,
    save: (session) => {
      this.tokens.kept = session && (JSON.parse(JSON.stringify(session)) as StoredSession);
    },
  };
  /** The same, but it takes its time to say what it held when it was asked. */
  readonly slowTokens: TokenStorage = {
    load: () => {
      const { kept } = this.tokens;
      return new Promise((resolve) => setTimeout(() => resolve(kept), 100));
    },
    save: (session) => this.tokens.save(session),
  };
  /** The paths that the REST door was asked for. */
  asked: string[] = [];
  /** The last of these calls. */
  last!: Parameters<Fetch>;
  /** What becomes of a call; undefined lets it through. */
  fate: (path: string) => Promise<Response> | undefined = () => undefined;
  private readonly clients: HaggleClient[] = [];

  /** One run of the app. */
  app(options: Partial<HaggleClientOptions> = {}): HaggleClient {
    const { gateway, tokens, outbox } = this;
    const client = createHaggleClient({
      ...gateway.network,
      fetch: (input, init) => {
        const path = (input as string).slice(`${gateway.url}/v1`.length);
        this.asked.push(path);
        this.last = [input, init];
        return this.fate(path) ?? gateway.network.fetch(input, init);
      },
      tokens,
      outbox,
      ...options,
    });
    this.clients.push(client);
    return client;
  }

  async signsIn(client: HaggleClient, person: MockPerson): Promise<void> {
    const signedIn = client.logIn(person);
    await passes(1_000);
    await signedIn;
    expect(client.state.snapshot().phase).toBe('live');
  }

  /** An earlier run of the app leaves the session of this person on the device. */
  async wasSignedIn(person: MockPerson): Promise<void> {
    const before = this.app();
    await this.signsIn(before, person);
    before.close();
    this.asked = [];
  }

  /** The texts of their conversation, on the server. */
  texts() {
    return this.gateway.log(this.id).map(({ text }) => text);
  }

  /** How often the server was asked to end a session. */
  told(): number {
    return this.asked.filter((path) => path === '/auth/logout').length;
  }

  close(): void {
    for (const client of this.clients) client.close();
    this.gateway.close();
  }
}

export const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);
export const never = () => new Promise<never>(() => undefined);
export const isOffline = () => Promise.reject(new TypeError('no network'));

/** Runs to the end of what it needs. */
export async function settled<T>(work: Promise<T>): Promise<T> {
  void work.catch(() => undefined);
  await passes(20_000);
  return work;
}
