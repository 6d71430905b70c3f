import { randomBytes, scrypt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NotPublic, createLookupPublic } from '../../src/platform/public-address.js';

/** What the DNS of these tests knows; it never answers for a name that is `silent`. */
const records: Record<string, { A?: string; AAAA?: string }> = {
  'push.example.org': { A: '8.8.8.8', AAAA: '2606:4700::1111' },
  'v4.example.org': { A: '8.8.4.4' },
  'v6.example.org': { AAAA: '2606:4700::1111' },
  'inside.example.org': { A: '10.0.0.5' },
  'both.example.org': { A: '8.8.8.8', AAAA: 'fd00::1' },
};
let server: Socket;
let resolver: Resolver;

beforeAll(async () => {
  server = createSocket('udp4', (query, from) => {
    const answer = answerTo(query);
    if (answer) server.send(answer, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
});

afterAll(() => void server.close());

const find = (name: string, options: { all?: boolean; family?: number } = { all: true }) =>
  new Promise<LookupAddress[] | string>((resolve, reject) => {
    createLookupPublic(resolver)(name, options, (error, address) =>
      error ? reject(error) : resolve(address),
    );
  });

test('a public name is found, in the families that are asked for', async () => {
  expect(await find('push.example.org')).toEqual([
    { address: '8.8.8.8', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ]);
  expect(await find('push.example.org', { all: true, family: 6 })).toHaveLength(1);
  expect(await find('v4.example.org', {})).toBe('8.8.4.4');
  expect(await find('v6.example.org', {})).toBe('2606:4700::1111');
});

test('a name with any address inside is refused, and an unknown one says so', async () => {
  await expect(find('inside.example.org')).rejects.toThrow(NotPublic);
  await expect(find('both.example.org')).rejects.toThrow(NotPublic);
  await expect(find('unknown.example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('names that nobody answers for keep nothing else waiting', async () => {
  const order: string[] = [];
  const silent = Array.from({ length: 16 }, (_, index) =>
    find(`silent-${index}.example.org`).catch(() => order.push('silent')),
  );
  await promisify(scrypt)('a password', randomBytes(16), 32);
  order.push('hashed');
  expect(await find('v4.example.org', {})).toBe('8.8.4.4');
  await Promise.all(silent);
  expect(order[0]).toBe('hashed');
  expect(order).toHaveLength(17);
});

/** RFC 1035, 4.1: the header, the question as it was asked, and the one record there is. */
function answerTo(query: Buffer): Buffer | undefined {
  let at = 12;
  const labels: string[] = [];
  while (query[at]! > 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!));
    at += query[at]! + 1;
  }
  const name = labels.join('.').toLowerCase();
  if (name.startsWith('silent')) return undefined;
  const type = query.readUInt16BE(at + 1) === 28 ? 'AAAA' : 'A';
  const known = records[name];
  const address = known?.[type];
  const question = query.subarray(12, at + 5);
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // A response with recursion; 3 is "no such name".
  header.writeUInt16BE(0x8180 | (known ? 0 : 3), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(address ? 1 : 0, 6);
  if (!address) return Buffer.concat([header, question]);
  const data = type === 'A' ? v4(address) : v6(address);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(type === 'A' ? 1 : 28, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([header, question, record, data]);
}

const v4 = (address: string) => Buffer.from(address.split('.').map(Number));

function v6(address: string): Buffer {
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':'));
  const middle = Array<string>(8 - head.length - tail.length).fill('0');
  const groups = [...head, ...middle, ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
