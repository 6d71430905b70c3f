import { TOTP, Secret } from 'otpauth';
import type { view } from '../../src/contract/index.js';
import { eventually } from './eventually.js';
import type { Person } from './person.js';
import type { TestCluster } from './test-cluster.js';

/** Gives somebody a role as the command line does, beside the product: who would give the first one? */
export async function giveRole(
  cluster: TestCluster,
  { id }: Person,
  role: view.Role,
): Promise<void> {
  const { matchedCount } = await cluster.inspect((connection) =>
    connection.collection<{ _id: string }>('users').updateOne({ _id: id }, { $set: { role } }),
  );
  if (matchedCount !== 1) throw new Error('there is nobody to give a role to');
}

/** Somebody new with a role. */
export async function holderOf(
  cluster: TestCluster,
  role: view.Role,
  { nickname = role, gateway = 0, account }: HolderOptions = {},
): Promise<Person> {
  const person = await cluster.person(nickname, gateway, account);
  await giveRole(cluster, person, role);
  return person;
}
interface HolderOptions {
  nickname?: string;
  gateway?: number;
  account?: { email: string; password: string };
}

/** The code of so many steps of 30 s from now: codes up to one step away are taken, each once, and none that is older. */
export const codeOf = (secret: string, away: -1 | 0 | 1 = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: Date.now() + away * 30_000,
  });

/** Waits until the present step is not nearly over, so that the code of the one before is taken for some seconds. */
export const notAtTheTurn = (): Promise<boolean> =>
  eventually('another step has begun', () => Date.now() % 30_000 < 25_000, 10_000);

/** Six digits that are no code of these minutes. */
export function aWrongCode(secret: string): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  return ['000000', '111111', '222222'].find(
    (token) => totp.validate({ token, window: 5 }) === null,
  )!;
}

/** A browser at the pages of the admin area, which keeps the cookie and follows nothing. */
export class AdminBrowser {
  private cookie = '';

  constructor(public url: string) {}

  async opens(path: string, init: RequestInit = {}): Promise<AdminAnswer> {
    const answer = await fetch(`${this.url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: {
        accept: 'text/html',
        ...(this.cookie && { cookie: this.cookie }),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    const set = answer.headers.get('set-cookie');
    if (set !== null) this.cookie = set.split(';')[0]!;
    return {
      status: answer.status,
      to: answer.headers.get('location'),
      text: await answer.text(),
      cookie: set,
      headers: answer.headers,
    };
  }

  posts(path: string, fields: Record<string, string>, headers = {}): Promise<AdminAnswer> {
    return this.opens(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  signsIn(fields: { email: string; password: string; code?: string }): Promise<AdminAnswer> {
    return this.posts('/admin/sign-in', fields);
  }

  /** The same browser at another gateway. */
  at(url: string): AdminBrowser {
    const there = new AdminBrowser(url);
    there.cookie = this.cookie;
    return there;
  }
}
export interface AdminAnswer {
  status: number;
  to: string | null;
  text: string;
  cookie: string | null;
  headers: Headers;
}
