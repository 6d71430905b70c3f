import { lru } from '../../src/platform/lru.js';

/** Beyond this many held devices the one held longest ago is forgotten, and so tried too early. */
const remembered = 10_000;

/** Devices that this worker sends nothing to for a while, by their token. */
export class HeldDevices {
  private readonly until = lru<number>(remembered);

  /** Of two holds the longer one counts. */
  hold(token: string, ms: number): void {
    const until = Date.now() + ms;
    if (until > (this.until.get(token) ?? 0)) this.until.set(token, until);
  }

  /** Milliseconds that are left of a hold; 0: none. */
  left(token: string): number {
    return Math.max(0, (this.until.get(token) ?? 0) - Date.now());
  }
}
