import { lookup as resolve, type LookupAddress } from 'node:dns';
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
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  apart.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const)
  apart.addSubnet(network, prefix, 'ipv6');

/** False for what is reached only from inside: private, link-local, loopback, and IPv4 written as IPv6 of those. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !apart.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whom a person's browser named must not be a door into our own network. */
export class NotPublic extends Error {
  constructor() {
    super('the address is not public');
    this.name = 'NotPublic';
  }
}

/** Resolves names as usual and refuses those with any address that is not public; what was checked is what is dialled. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      return callback(new NotPublic(), []);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
