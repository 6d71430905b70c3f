import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import mongoose from 'mongoose';
import { startHaggle, thisBuild } from '../peers/haggle/nodes.js';
import { signInMany } from '../peers/haggle/people.js';
import type { Ground } from '../peers/peer.js';
import type { Found } from '../servers.js';

/** What is put under load. */
export interface UnderTest {
  urls: string[];
  /** Makes so many accounts and says their tokens; undefined: people sign up. */
  tokens: ((count: number) => Promise<string[]>) | undefined;
  /** Its processes by part, where they are known. */
  parts: Record<string, number[]>;
  end: () => Promise<void>;
}

/** The limits of the product, not those that a benchmark lifts. */
const usualRates = { LIMIT_MESSAGES_PER_SECOND: '', LIMIT_MESSAGE_BURST: '' };

/** Two gateways and a worker over a database of their own. */
export async function ownCluster(servers: Found, ground: Ground): Promise<UnderTest> {
  const { ports, pem, parts } = await startHaggle(thisBuild, ground, {
    gateways: 2,
    relay: true,
    roles: 'all',
    env: usualRates,
  });
  const connection = await mongoose.createConnection(ground.mongoUri).asPromise();
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    tokens: async (count) => (await signInMany(connection, pem, count)).map(({ token }) => token),
    parts: {
      gateways: parts['gateways']!,
      worker: parts['relay']!,
      mongod: [servers.mongodPid],
      redis: [servers.redisPid],
    },
    end: () => connection.close(),
  };
}

/** A server that runs. `tokens`: a file with an access token in each line, for a server that takes no sign-ups. */
export function runningServer(urls: string[], tokens: string | undefined): UnderTest {
  const left = tokens && readFileSync(tokens, 'utf8').split('\n').filter(Boolean);
  const take = (count: number): Promise<string[]> => {
    if (left!.length < count)
      return Promise.reject(new Error(`${tokens} has too few tokens: one for each user is needed`));
    return Promise.resolve((left as string[]).splice(0, count));
  };
  return { urls, tokens: left ? take : undefined, parts: {}, end: () => Promise.resolve() };
}

/** Throws, with what to do, when one of the addresses is not on this machine and nobody said that it may be loaded. */
export function mustBeAllowed(urls: string[], allowed: boolean): void {
  for (const url of urls) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new Error(`--url=${url} is no address: http://127.0.0.1:3000 is one`);
    if (!allowed && !isLoopback(new URL(url).hostname))
      throw new Error(
        `${url} is not on this machine. A load test makes accounts and listings there, and may take it down for everybody.\n` +
          'If it is yours and nobody else uses it, add --i-may-load-this-server.',
      );
  }
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The 99th percentile of the event loop's delay (ms) of the slowest gateway that tells; undefined: none tells. */
export async function gatewayLag(urls: string[]): Promise<number | undefined> {
  const told = await Promise.all(
    urls.map(async (url) => {
      try {
        const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(1_000) });
        const text = await answer.text();
        const [, seconds] = /^haggle_nodejs_eventloop_lag_p99_seconds\S* (\S+)/m.exec(text) ?? [];
        return seconds === undefined ? undefined : Number(seconds) * 1_000;
      } catch {
        return undefined;
      }
    }),
  );
  const known = told.filter((ms) => ms !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}
