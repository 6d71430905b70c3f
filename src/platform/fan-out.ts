import type { ServerToClient } from '../contract/index.js';

/**
 * Says something to every device of one person, on whatever node. A hint: it may be lost, the log never is.
 * Implemented by `realtime/`; commands know only this.
 */
export interface FanOut {
  toUser<N extends keyof ServerToClient>(
    userId: string,
    event: N,
    payload: Parameters<ServerToClient[N]>[0],
    options?: { exceptSocket?: string | undefined; volatile?: boolean },
  ): void;
}
