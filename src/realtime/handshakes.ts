import { ipKeyGenerator } from 'express-rate-limit';
import type { IncomingMessage } from 'node:http';
import { limits } from '../contract/index.js';
import { isNearby, type Config } from '../platform/config.js';

/**
 * Counts connections that have not sent their token yet. They are bounded per network address and in total, since each
 * holds memory for seconds and has proved nothing.
 */
export class Handshakes {
  private readonly byAddress = new Map<string, number>();
  private readonly ends = new WeakMap<IncomingMessage, () => void>();
  private all = 0;

  constructor(private readonly config: Config) {}

  /** Counts a connection until {@link done}, or until it ends. False: there are too many. */
  begin(request: IncomingMessage): boolean {
    const most = isNearby(this.config) ? Infinity : this.config.handshakesPerAddress;
    const address = ipKeyGenerator(addressOf(request, this.config.trustProxy));
    const before = this.byAddress.get(address) ?? 0;
    if (before >= most || this.all >= limits.handshakesUnderWay) return false;
    this.byAddress.set(address, before + 1);
    this.all += 1;
    const end = () => {
      if (!this.ends.delete(request)) return;
      request.socket.off('close', end);
      this.all -= 1;
      const left = this.byAddress.get(address)! - 1;
      if (left > 0) this.byAddress.set(address, left);
      else this.byAddress.delete(address);
    };
    this.ends.set(request, end);
    request.socket.once('close', end);
    return true;
  }

  /** The connection has sent its token. */
  done(request: IncomingMessage): void {
    this.ends.get(request)?.();
  }
}

/** The address as Express reads it: each trusted proxy has appended the address that called it. */
export function addressOf(request: IncomingMessage, trustProxy: number): string {
  const header = request.headers['x-forwarded-for'];
  const forwarded = [header ?? []].flat().join(',').split(',');
  const hops = forwarded.map((hop) => hop.trim()).filter(Boolean);
  const chain = [...hops, request.socket.remoteAddress ?? ''].reverse();
  return chain[Math.min(trustProxy, chain.length - 1)]!;
}
