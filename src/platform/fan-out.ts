import type { ServerToClient } from '../contract/index.js';

/**
 * Tells every device of one person something, on whatever node. A hint: it may be lost, while the log never is.
 * Implemented by `realtime/`; commands know only this.
 */
export interface FanOut {
  /** True when all devices of the person are connected to this process. */
  isOnlyHere(userId: string): boolean;
  toUser<N extends keyof ServerToClient>(
    userId: string,
    event: N,
    payload: Parameters<ServerToClient[N]>[0],
    options?: { exceptSocket?: string | undefined },
  ): void;
}
