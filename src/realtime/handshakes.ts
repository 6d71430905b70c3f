import { ipKeyGenerator } from 'express-rate-limit';
import type { IncomingMessage } from 'node:http';
import { Refusal, limits } from '../contract/index.js';
import { isNearby, type Config } from '../platform/config.js';

/** A connection that says nothing is only waited for after this time (ms): it keeps the gateway from nobody else. */
const silentMs = 1_000;

/** Tokens that a connection may send until one is good: an app tries once more with a renewed one. */
const triesMost = 5;

/** A connection on its way to being served. */
interface Handshake {
  address: string;
  /** Tokens that it has sent. */
  tries: number;
  /** Its last token was not refused. */
  isTrying: boolean;
  /** Has not shown a valid token. */
  isUnproved: boolean;
  /** The gateway has it in hand. */
  isWork: boolean;
  silence: NodeJS.Timeout;
}

/**
 * Counts connections on their way, in two ways. Those that have not shown their token are bounded per network address
 * and in total, since each holds memory for seconds and has proved nothing. And a gateway has only so many in hand at
 * once: of ten thousand devices that come back in one moment it serves those that it has taken without making anybody
 * else wait, and tells the others to come again.
 */
export class Handshakes {
  private readonly byAddress = new Map<string, number>();
  private readonly all = new WeakMap<IncomingMessage, Handshake>();
  private unproved = 0;
  private inHand = 0;

  constructor(private readonly config: Config) {}

  /**
   * Counts a connection until it is {@link proved} and {@link greeted}, or ends. Throws RATE_LIMITED when too many of its address are
   * unproved, and UNAVAILABLE, with a time by chance, when the gateway has as many in hand as it can.
   */
  begin(request: IncomingMessage): void {
    const most = isNearby(this.config) ? Infinity : this.config.handshakesPerAddress;
    const address = ipKeyGenerator(addressOf(request, this.config.trustProxy));
    const before = this.byAddress.get(address) ?? 0;
    if (before >= most || this.unproved >= limits.handshakesUnderWay)
      throw new Refusal('RATE_LIMITED');
    if (this.inHand >= this.config.handshakesAtOnce) throw comeAgain();
    this.byAddress.set(address, before + 1);
    this.unproved += 1;
    this.inHand += 1;
    const silence = setTimeout(() => this.letGo(handshake), silentMs).unref();
    const handshake: Handshake = {
      ...{ address, tries: 0, isTrying: false, isUnproved: true, isWork: true },
      silence,
    };
    this.all.set(request, handshake);
    request.socket.once('close', () => this.ended(request));
  }

  /**
   * It has sent a token, which is to be looked at. False: it is to be cut. No client sends another one before it has an
   * answer, and a connection would else have any number of tokens looked at, or of sockets opened, at once.
   */
  speaks(request: IncomingMessage): boolean {
    const handshake = this.all.get(request);
    if (!handshake || handshake.isTrying || handshake.tries >= triesMost) return false;
    handshake.isTrying = true;
    handshake.tries += 1;
    clearTimeout(handshake.silence);
    if (!handshake.isWork) this.inHand += 1;
    handshake.isWork = true;
    return true;
  }

  /** Its token is not good; it may send another one. */
  refused(request: IncomingMessage): void {
    const handshake = this.all.get(request);
    if (!handshake) return;
    handshake.isTrying = false;
    this.letGo(handshake);
  }

  /** Its token is good. */
  proved(request: IncomingMessage): void {
    const handshake = this.all.get(request);
    if (!handshake?.isUnproved) return;
    handshake.isUnproved = false;
    this.unproved -= 1;
    const left = this.byAddress.get(handshake.address)! - 1;
    if (left > 0) this.byAddress.set(handshake.address, left);
    else this.byAddress.delete(handshake.address);
  }

  /** It is greeted. */
  greeted(request: IncomingMessage): void {
    const handshake = this.all.get(request);
    if (handshake) this.letGo(handshake);
  }

  private ended(request: IncomingMessage): void {
    this.proved(request);
    this.greeted(request);
    this.all.delete(request);
  }

  private letGo(handshake: Handshake): void {
    clearTimeout(handshake.silence);
    if (handshake.isWork) this.inHand -= 1;
    handshake.isWork = false;
  }
}

/** By when those who are sent away come again (ms): each by its own, else they all come at once once more. */
const [soonestMs, latestMs] = [1_000, 10_000];

const comeAgain = () =>
  new Refusal('UNAVAILABLE', 'Many are connecting at this moment', {
    retryAfterMs: soonestMs + Math.random() * (latestMs - soonestMs),
  });

/** The address as Express reads it: each trusted proxy has appended the address that called it. */
export function addressOf(request: IncomingMessage, trustProxy: number): string {
  const header = request.headers['x-forwarded-for'];
  const forwarded = [header ?? []].flat().join(',').split(',');
  const hops = forwarded.map((hop) => hop.trim()).filter(Boolean);
  const chain = [...hops, request.socket.remoteAddress ?? ''].reverse();
  return chain[Math.min(trustProxy, chain.length - 1)]!;
}
