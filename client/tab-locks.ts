/** The part of Web Locks that is used here. */
export interface Locks {
  request(name: string, task: () => Promise<void>): Promise<void>;
}

const nameOf = (owner: string) => `haggle-outbox ${owner}`;

/**
 * Says which tabs of one browser still live: each holds a lock under its own name as long as it lives, so whoever gets
 * that lock knows that the tab is gone.
 */
export interface TabLocks {
  /** Holds the lock until the returned function is called, or the tab is closed. */
  hold(owner: string): () => void;
  /** Runs `task` once `owner` is gone, in one tab at a time. */
  whenGone(owner: string, task: () => Promise<void>): Promise<void>;
}

/** Without locks every owner counts as gone: the server stores a message that two tabs send only once. */
export const createTabLocks = (locks: Locks | undefined): TabLocks => ({
  hold: (owner) => {
    let release!: () => void;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    locks?.request(nameOf(owner), () => held).catch(() => undefined);
    return release;
  },
  whenGone: (owner, task) => (locks ? locks.request(nameOf(owner), task) : task()),
});

/** Web Locks of this platform; they exist on secure origins only. */
export const findLocks = (): Locks | undefined =>
  (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;
