import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../project-root.js';

/** Order in which processes end: those that use a server before the server. */
export enum Stage {
  Users = 0,
  Redis = 1,
  Mongo = 2,
}

export interface Leash {
  /** From now on the process ends with us, even if we are killed. */
  hold(pid: number, stage: Stage): void;
  release(pid: number): void;
  /** The folder is deleted once we and all held processes are gone. */
  deleteAfterwards(folder: string): void;
  /** Lets go: whatever is still held is ended. */
  end(): void;
}

/**
 * Starts the small process behind {@link Leash} (see leash-holder.mjs).
 * mongod and redis-server do not notice the end of their parent, so a killed launcher would leave them behind.
 */
export function createLeash(): Leash {
  const keeper = spawn(process.execPath, [join(projectRoot, 'scripts/servers/leash-holder.mjs')], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
    env: { PATH: process.env.PATH },
  });
  keeper.unref();
  keeper.channel?.unref();
  // Without the leash everything works but the clean-up after a kill -9; the next start finds leftovers too.
  keeper.on('error', () => {});
  const send = (message: object) => {
    if (keeper.connected) keeper.send(message, () => {});
  };
  return {
    hold: (pid, stage) => send({ hold: pid, stage }),
    release: (pid) => send({ release: pid }),
    deleteAfterwards: (folder) => send({ folder }),
    end: () => {
      if (keeper.connected) keeper.disconnect();
    },
  };
}
