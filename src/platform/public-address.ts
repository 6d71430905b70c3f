import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that are not the public internet. Source: IANA's special-purpose address registries. */
const apart = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  apart.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  apart.addSubnet(network, prefix, 'ipv6');

/**
 * All of IPv6 that is routed in public. It excludes loopback, private and link-local addresses, and IPv4 written as
 * IPv6.
 */
const routed = new BlockList();
routed.addSubnet('2000::', 3, 'ipv6');

/** False for addresses that only inside machines reach: private, link-local, loopback, and IPv4 written as IPv6. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !apart.check(address, 'ipv4');
    case 6:
      return routed.check(address, 'ipv6') && !apart.check(address, 'ipv6');
    default:
      return false;
  }
}

/** Names that the public DNS does not hold (RFC 6761, 6762, 7686, 8375, ICANN's `internal`, and what routers use). */
const names = ['localhost', 'localdomain', 'local', 'internal', 'intranet', 'lan', 'home', 'corp'];
const apartNames = [...names, 'private', 'invalid', 'onion', 'arpa'];

/** Ports below this belong to other services; of these only https may be used. */
const firstFreePort = 1_024;

/**
 * Why we must not send to an address that a person gave: it must be https at a name or address of the public internet.
 * Undefined: nothing is wrong, as far as can be seen before the name is resolved.
 */
export function whyNotPublic(address: string): string | undefined {
  if (!URL.canParse(address)) return 'is not a public https address';
  const { protocol, username, password, port, hostname } = new URL(address);
  if (protocol !== 'https:') return 'is not a public https address';
  if (username || password) return 'is not a public https address: it holds a login';
  if (port !== '' && Number(port) < firstFreePort)
    return 'is not a public https address: its port is that of another service';
  const host = hostname.replace(/^\[|\]$/g, '');
  const open = isIP(host) === 0 ? isPublicName(host) : isPublicAddress(host);
  return open ? undefined : 'is not a public https address';
}

function isPublicName(name: string): boolean {
  const labels = name.split('.');
  return labels.length > 1 && !apartNames.includes(labels.at(-1)!) && labels.every(Boolean);
}

/** Names that can never be reached: browsers give such addresses for subscriptions that are over. */
export const isInvalidName = (address: string): boolean =>
  URL.canParse(address) && /(^|\.)invalid\.?$/.test(new URL(address).hostname);

/** Thrown for an address inside our network: a browser's choice of address must not lead into it. */
export class NotPublic extends Error {
  constructor() {
    super('the address is not public');
    this.name = 'NotPublic';
  }
}

/**
 * Resolves names by DNS and refuses those with any address that is not public; the checked address is the one that is
 * dialled. It asks the DNS itself: `dns.lookup` holds one of four threads while a name does not answer, so a few dead
 * names would keep the whole process from resolving, hashing and reading files.
 */
export function createLookupPublic(
  resolver = new Resolver({ timeout: 2_000, tries: 2 }),
): LookupFunction {
  return (hostname, options, callback) => {
    const asked = [
      ...(options.family === 6 ? [] : [resolver.resolve4(hostname).then(inFamily(4))]),
      ...(options.family === 4 ? [] : [resolver.resolve6(hostname).then(inFamily(6))]),
    ];
    void Promise.allSettled(asked).then((answers) => {
      const addresses = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      const [first] = addresses;
      if (!first) {
        const refused = answers.find((one) => one.status === 'rejected');
        return callback((refused?.reason as NodeJS.ErrnoException | undefined) ?? unknown(), []);
      }
      if (!addresses.every(({ address }) => isPublicAddress(address)))
        return callback(new NotPublic(), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

const inFamily =
  (family: 4 | 6) =>
  (addresses: string[]): LookupAddress[] =>
    addresses.map((address) => ({ address, family }));

const unknown = () => Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' });
