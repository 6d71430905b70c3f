import { presenceWatch } from '../src/contract/chat-limits.js';
import type { Connection } from './connection.js';
import type { Presence } from './contract-types.js';
import { Value, type Readable } from './readable.js';

/** Screens come and go together, so the server is told whom to watch after this time (ms). */
const settleMs = 50;

/**
 * Who is online, as far as the server tells. May be lost: asked for while somebody looks at it, and again after each
 * connect; unknown while not connected.
 */
export class Presences {
  readonly #people = new Map<string, Value<Presence | undefined>>();
  /** The people whom this socket watches. */
  #told: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.on('presence', (presence) => this.#learn(presence));
    connection.state.subscribe(() => {
      if (!connection.isReady) this.#forget();
    });
  }

  /** Returns the same object for the same person. */
  of(userId: string): Readable<Presence | undefined> {
    let person = this.#people.get(userId);
    if (!person) {
      person = new Value<Presence | undefined>(undefined, () => this.#settle());
      this.#people.set(userId, person);
    }
    return person;
  }

  /** Called for a new socket, which watches nobody yet. */
  restart(): void {
    this.#told = new Set();
    this.#settle();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#forget();
  }

  #forget(): void {
    this.#told = new Set();
    for (const person of this.#people.values()) person.set(undefined);
  }

  #learn(presence: Presence): void {
    this.#people.get(presence.userId)?.set(presence);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), settleMs);
  }

  async #tell(): Promise<void> {
    if (!this.#connection.isReady) return;
    // There may be more people than one socket may watch: the first ones are watched.
    const watched = [...this.#people].filter(([, person]) => person.isWatched);
    const wanted = new Set(watched.map(([userId]) => userId).slice(0, presenceWatch));
    const told = this.#told;
    const gone = [...told].filter((userId) => !wanted.has(userId));
    const added = [...wanted].filter((userId) => !told.has(userId));
    this.#told = wanted;
    try {
      if (gone.length > 0) await this.#connection.request('presence:unwatch', { userIds: gone });
      if (added.length === 0) return;
      const { presences } = await this.#connection.request('presence:watch', { userIds: added });
      for (const presence of presences) this.#learn(presence);
    } catch {
      // Unknown until the next connect or screen, since nothing durable depends on it.
      if (this.#told === wanted) this.#told = told;
    }
  }
}
