import type { ServerProcess } from '../server-process.js';

/** Gateway and worker that let a test control them: see preload.mjs. */
export const chaosEntries = {
  gateway: 'dist/test/support/chaos/gateway.js',
  worker: 'dist/test/support/chaos/worker.js',
};

/**
 * `storing`: the entry is about to be written. `stored`: a majority has the entry, the gateway does not know it yet. `acknowledged`: the sender gets its answer,
 * nobody else hears of the entry. `refreshing`: a listing or a person changed, nobody who sees them was told.
 * `sanctioning`: it is decided that somebody is warned or kept out, and nothing was done.
 */
export type PausePoint = 'storing' | 'stored' | 'acknowledged' | 'refreshing' | 'sanctioning';

/**
 * Bugs that a test plants, to see that somebody notices. `skipSeq`: a number is left out. `dropHints`: neither the
 * entry nor the hint of the relay reaches a device. `insertTwice`: one intent is stored under two ids.
 * `believeProjection`: the log is read no further than the inbox says. `lagProjections` is no bug: the inbox may be
 * late, and here it is for ever.
 */
export type PlantedBug =
  | 'skipSeq'
  | 'dropHints'
  | 'insertTwice'
  | 'believeProjection'
  | 'lagProjections';

/** Faults in one process, until it ends or `calmsDown` is called. Each call resolves once the fault is in force. */
export class Chaos {
  constructor(private readonly server: ServerProcess) {}

  /** Holds the process at the point for entries that contain the text; `reached` resolves when one is there. */
  async pauseAt(point: PausePoint, containing = ''): Promise<{ reached: Promise<unknown> }> {
    const reached = this.server.hears(
      (message) => message.type === 'chaos:reached' && message['point'] === point,
    );
    // Nobody may be interested.
    reached.catch(() => undefined);
    await this.tells('pause', { point, containing });
    return { reached };
  }

  /** Lets everything go on that was held. */
  resumes(): Promise<void> {
    return this.tells('resume');
  }

  /** The next entries are told to nobody, here or on other nodes. */
  losesFanOuts(count: number): Promise<void> {
    return this.tells('lose', { count });
  }

  duplicatesFanOuts(): Promise<void> {
    return this.tells('duplicate');
  }

  /** Fan-outs are late by up to this much, each by its own, so that they overtake each other. */
  scattersFanOuts(ms: number): Promise<void> {
    return this.tells('scatter', { ms });
  }

  plants(bug: PlantedBug): Promise<void> {
    return this.tells('plant', { bug });
  }

  /** Fan-outs go their usual way again, and nobody is held; bugs stay. */
  endsMischief(): Promise<void> {
    return this.tells('mend');
  }

  calmsDown(): Promise<void> {
    return this.tells('reset');
  }

  private async tells(chaos: string, details: object = {}): Promise<void> {
    const id = nextId++;
    const done = this.server.hears(
      (message) => message.type === 'chaos:done' && message['id'] === id,
    );
    this.server.tell({ chaos, id, ...details });
    await done;
  }
}

let nextId = 1;
