import { limits } from '../contract/index.js';
import { passwordOf } from '../contract/text.js';
import { FairTurns } from '../platform/fair-turns.js';

/** OWASP's minimum for Argon2id: 19 MiB, two passes, parallelism 1. */
const argon2id = 2;
const cost = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** How every hash of this cost begins. */
const ofThisCost = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;

/** Native code, which is loaded when somebody signs in and not at every start. */
const argon2 = () => import('@node-rs/argon2');

/** Hashes at once; more would occupy all threads of libuv's pool. */
const atOnce = 2;

/** Hashing takes turns among the networks that ask for it. Throws UNAVAILABLE when too much waits. */
export class Passwords {
  private readonly turns = new FairTurns({ atOnce, waiting: limits.passwordsWaiting });
  /** Verified against when nobody has the address, so that login takes the same time either way. */
  private decoy: Promise<string> | undefined;

  hash(password: string, network: string): Promise<string> {
    return this.turns.take(network, async () => (await argon2()).hash(passwordOf(password), cost));
  }

  /**
   * `stored` null: nobody has this address; the answer is no, after the same work. `old`: it matches, but was hashed
   * at another cost, or as it was typed, as passwords were once; it is to be hashed anew.
   */
  async matches(
    stored: string | null,
    password: string,
    network: string,
  ): Promise<'yes' | 'old' | 'no'> {
    const { hash, verify } = await argon2();
    // Awaited in both cases: the first login waits for it, whether or not anybody has the address.
    const decoy = await (this.decoy ??= hash('no one has this password', cost));
    const against = stored ?? decoy;
    const is = (form: string) => this.turns.take(network, () => verify(against, form));
    const normal = passwordOf(password);
    if (await is(normal)) {
      if (stored === null) return 'no';
      return stored.startsWith(ofThisCost) ? 'yes' : 'old';
    }
    if (password === normal || !(await is(password))) return 'no';
    return stored === null ? 'no' : 'old';
  }
}
