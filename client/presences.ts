import { limits } from '../src/contract/limits.js';
import type { Connection } from './connection.js';
import type { Presence } from './contract-types.js';
import { Value, type Readable } from './readable.js';

/** Screens come and go together: who is watched is told once they have. */
const settleMs = 50;

interface Watched {
  value: Value<Presence | undefined>;
  watchers: number;
}

/**
 * Who is online, as far as the server tells. Volatile: asked for while somebody looks at it, and again after each
 * connect; unknown while not connected.
 */
export class Presences {
  private readonly people = new Map<string, Watched>();
  private readonly readables = new Map<string, Readable<Presence | undefined>>();
  /** Whom this socket watches. */
  private told: ReadonlySet<string> = new Set();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly connection: Connection) {
    connection.on('presence', (presence) => this.learn(presence));
    connection.state.subscribe(() => {
      if (!connection.isReady) this.forget();
    });
  }

  /** The same object for the same person. */
  of(userId: string): Readable<Presence | undefined> {
    const known = this.readables.get(userId);
    if (known) return known;
    const readable: Readable<Presence | undefined> = {
      snapshot: () => this.people.get(userId)?.value.snapshot(),
      subscribe: (listener) => {
        const person = this.people.get(userId) ?? { value: new Value(undefined), watchers: 0 };
        this.people.set(userId, person);
        person.watchers += 1;
        this.settle();
        const end = person.value.subscribe(listener);
        let ended = false;
        return () => {
          if (ended) return;
          ended = true;
          end();
          person.watchers -= 1;
          this.settle();
        };
      },
    };
    this.readables.set(userId, readable);
    return readable;
  }

  /** The socket is a new one: it watches nobody yet. */
  restart(): void {
    this.told = new Set();
    this.settle();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.forget();
  }

  private forget(): void {
    this.told = new Set();
    for (const { value } of this.people.values()) value.set(undefined);
  }

  private learn(presence: Presence): void {
    this.people.get(presence.userId)?.value.set(presence);
  }

  private settle(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tell(), settleMs);
  }

  private async tell(): Promise<void> {
    for (const [userId, { watchers }] of this.people)
      if (watchers === 0) this.people.delete(userId);
    if (!this.connection.isReady) return;
    // More than one socket may watch: those looked at first.
    const wanted = new Set([...this.people.keys()].slice(0, limits.presenceWatch));
    const { told } = this;
    const gone = [...told].filter((userId) => !wanted.has(userId));
    const added = [...wanted].filter((userId) => !told.has(userId));
    this.told = wanted;
    try {
      if (gone.length > 0) await this.connection.request('presence:unwatch', { userIds: gone });
      if (added.length === 0) return;
      const { presences } = await this.connection.request('presence:watch', { userIds: added });
      for (const presence of presences) this.learn(presence);
    } catch {
      // Unknown until the next connect, or the next screen: nothing durable depends on it.
      if (this.told === wanted) this.told = told;
    }
  }
}
