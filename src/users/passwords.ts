import { hash, verify } from '@node-rs/argon2';

/** OWASP's minimum for Argon2id: 19 MiB, two passes, one lane. */
const argon2id = 2;
const cost = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes at once: more would take all threads of libuv's pool away from the rest of the process. */
const atOnce = 2;

export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Verified against when nobody has the address, so that login takes the same time either way. */
  private readonly decoy = this.hash('no one has this password');

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, cost));
  }

  /** `stored` null: nobody has this address; the answer is no, after the same work. */
  async matches(stored: string | null, password: string): Promise<boolean> {
    const against = stored ?? (await this.decoy);
    const same = await this.inTurn(() => verify(against, password));
    return same && stored !== null;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }
}
