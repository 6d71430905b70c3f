import type { Pair } from '../load/orders.js';
import type { Processes } from '../measure/processes.js';

/** The servers all peers share; each round has a database and a prefix of its own. */
export interface Ground {
  mongoUri: string;
  redisUrl: string;
  /** Database, key prefix and anything else that must not meet what another round left. */
  name: string;
  processes: Processes;
}

/** A started peer: two nodes and whatever it has beside them, every process by its part. */
export interface Running {
  pairs: Pair[];
  /** Process ids by part: `gateways`, `relay` … */
  parts: Record<string, number[]>;
}

/** One way to build the same service, to be measured on the same work. */
export interface Peer {
  name: string;
  /** True where devices say what they have read, which the peer's service needs of a real client. */
  receipts: boolean;
  /** Starts two nodes on `ground` and brings in this many pairs of people who may talk. */
  start(ground: Ground, pairs: number): Promise<Running>;
}
