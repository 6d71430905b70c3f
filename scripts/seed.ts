import { demoAccounts } from '../src/users/demo-accounts.js';
import { demoListings, type DemoListing } from './seed/listings.js';
import { neighbours } from './seed/neighbours.js';
import { drawPicture, type Picture } from './seed/pictures.js';

interface Person {
  email: string;
  password: string;
  nickname: string;
}

export interface SeedOptions {
  /** Address of any gateway, without a path. */
  gateway: string;
  signal?: AbortSignal;
}

/**
 * Adds the demo people and their listings through the public REST API, as an app would.
 * Does nothing for a person who has a listing, so it may run at every start.
 */
export async function seed({ gateway, signal }: SeedOptions): Promise<void> {
  const api = new Api(gateway, signal);
  await Promise.all(
    demoAccounts.map(async (person) => {
      await api.signUp(person);
      // A phone that only logs, so that a push leaves the queue for somewhere.
      const phone = `demo-phone-${person.email.split('@')[0]}`;
      await api.registerPhone(await api.logIn(person), phone);
    }),
  );
  const [seller, englishSeller] = demoAccounts.filter(({ role }) => role === 'seller');
  const sellers: Record<DemoListing['seller'], Person | undefined> = {
    ...neighbours,
    seller,
    englishSeller,
  };
  const missing = new Map<DemoListing, { token: string; imageIds: Promise<string[]> }>();
  const prepare = async (name: string, person: Person) => {
    await api.signUp(person);
    const token = await api.logIn(person);
    if (await api.hasListings(token)) return;
    // Drawn and stored while others sign up: it is most of the work.
    for (const listing of demoListings.filter(({ seller: whose }) => whose === name)) {
      const images = Promise.all(listing.pictures.map((picture) => api.upload(token, picture)));
      // A demo without pictures is better than none.
      missing.set(listing, { token, imageIds: images.catch((): string[] => []) });
    }
  };
  await Promise.all(
    Object.entries(sellers).flatMap(([name, person]) => (person ? [prepare(name, person)] : [])),
  );
  // In the order of the list, not by person: the feed shows the newest first.
  for (const listing of demoListings) {
    const { token, imageIds } = missing.get(listing) ?? {};
    if (token === undefined) continue;
    const { seller: _seller, pictures: _pictures, ...fields } = listing;
    await api.list(token, { ...fields, imageIds: (await imageIds) ?? [] });
  }
}

type Listed = Omit<DemoListing, 'seller' | 'pictures'> & { imageIds: string[] };

class Api {
  constructor(
    private readonly gateway: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async signUp({ email, password, nickname }: Person): Promise<void> {
    // 409: from an earlier start.
    await this.#call('POST', '/auth/sign-up', { body: { email, password, nickname }, allow: 409 });
  }

  async logIn({ email, password }: Person): Promise<string> {
    const answer = await this.#call('POST', '/auth/login', { body: { email, password } });
    return (answer as { accessToken: string }).accessToken;
  }

  async registerPhone(token: string, name: string): Promise<void> {
    const body = { provider: 'log', token: name };
    await this.#call('PUT', `/me/devices/${name}`, { token, body });
  }

  async hasListings(token: string): Promise<boolean> {
    const page = await this.#call('GET', '/me/listings', { token });
    return (page as { items: unknown[] }).items.length > 0;
  }

  async upload(token: string, picture: Picture): Promise<string> {
    const body = new FormData();
    const bytes = Uint8Array.from(await drawPicture(picture));
    body.append('image', new Blob([bytes], { type: 'image/jpeg' }));
    return ((await this.#call('POST', '/images', { token, body })) as { id: string }).id;
  }

  async list(token: string, listing: Listed): Promise<void> {
    await this.#call('POST', '/listings', { token, body: listing });
  }

  async #call(
    method: string,
    path: string,
    { token, body, allow }: { token?: string; body?: object; allow?: number },
  ): Promise<unknown> {
    // The platform writes the type of a form.
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.gateway}/v1${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && !isForm && { 'content-type': 'application/json' }),
      },
      body: isForm ? body : body ? JSON.stringify(body) : null,
      signal: this.signal ?? null,
    });
    const answer = await response.text();
    if (!response.ok && response.status !== allow)
      throw new Error(`${method} /v1${path}: ${response.status} ${answer.slice(0, 200)}`);
    return response.ok ? (JSON.parse(answer) as unknown) : undefined;
  }
}
