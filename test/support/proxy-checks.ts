import { expect } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { io } from 'socket.io-client';
import type { view } from '../../src/contract/index.js';
import { within } from './eventually.js';
import type { Person } from './person.js';
import { largestPhoto, type ProxiedCluster } from './proxied-cluster.js';

/** What must get through a proxy, whichever it is. */
export async function expectAllGetsThrough(proxied: ProxiedCluster, person: Person): Promise<void> {
  await expectAddressesAreRight(proxied);
  await expectPagesMayConnect(proxied, person);
  await expectTagsMatch(proxied, person);
  const photo = await proxied.asks('POST', '/v1/images', await largestPhoto(person));
  expect({ status: photo.status, body: photo.body.toString() }).toMatchObject({ status: 201 });
  await expectOtherUpgradesAreIgnored(proxied);
}

/**
 * A caller is known by the address that the proxy sees, whatever it claims. Gateways hear of each other's counts within
 * a second only, so one request more than there are gateways is needed for two of one count.
 */
async function expectAddressesAreRight(proxied: ProxiedCluster): Promise<void> {
  const claims = (address: string) => ({ 'x-forwarded-for': address });
  const first = await proxied.left('127.0.0.2', claims('198.51.100.1'));
  expect(await proxied.left('127.0.0.3', claims('198.51.100.1'))).toBe(first);
  let least = first;
  for (let number = 2; number <= proxied.behind + 1; number += 1)
    least = Math.min(least, await proxied.left('127.0.0.2', claims(`198.51.100.${number}`)));
  expect(least).toBeLessThan(first);
}

/** The page that came through the proxy opens a socket, and that of somebody else does not. */
async function expectPagesMayConnect(proxied: ProxiedCluster, person: Person): Promise<void> {
  const tries = [proxied.proxy.url, 'http://other.example'].map(async (origin) => {
    const socket = io(proxied.proxy.url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { Origin: origin },
      auth: { token: person.accessToken },
    });
    const outcome = await within(
      'the socket is answered',
      new Promise((resolve) => {
        socket.once('session:ready', () => resolve('ready'));
        socket.once('connect_error', () => resolve('refused'));
      }),
    );
    socket.close();
    return outcome;
  });
  expect(await Promise.all(tries)).toEqual(['ready', 'refused']);
}

/** A tag that came with a compressed answer is good for a write. */
async function expectTagsMatch(proxied: ProxiedCluster, person: Person): Promise<void> {
  const listing = await person.lists({ description: '거의 새것이에요. '.repeat(100) });
  const authorization = `Bearer ${person.accessToken}`;
  const path = `/v1/listings/${listing.id}`;
  const read = await proxied.asks('GET', path, {
    headers: { authorization, 'accept-encoding': 'gzip' },
  });
  expect(read.headers['content-encoding']).toBe('gzip');
  const view = JSON.parse(gunzipSync(read.body).toString()) as view.Listing;
  const body = Buffer.from(JSON.stringify({ price: view.price + 1_000 }));
  const write = (tag: string) =>
    proxied.asks('PATCH', path, {
      headers: { authorization, 'content-type': 'application/json', 'if-match': tag },
      body,
    });
  const tag = String(read.headers['etag']);
  expect((await write(tag)).status).toBe(200);
  expect((await write(tag)).status).toBe(412);
}

/** The JDK's HTTP client and `curl --http2` ask for h2c with a plain request, and are answered as if they had not. */
async function expectOtherUpgradesAreIgnored(proxied: ProxiedCluster): Promise<void> {
  const headers = {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
  };
  expect((await proxied.asks('GET', '/healthz', { headers })).status).toBe(200);
}
