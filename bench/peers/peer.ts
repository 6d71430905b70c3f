import type { Pair } from '../load/orders.js';
import type { Processes } from '../measure/processes.js';

/** The servers that all peers share; each round has a database and a prefix of its own. */
export interface Ground {
  mongoUri: string;
  redisUrl: string;
  /** The name of the database and key prefix, so that a round never meets what another one left. */
  name: string;
  processes: Processes;
}

/** A started peer: two nodes and its other processes, each named by its part. */
export interface Running {
  pairs: Pair[];
  /** Process ids by part: `gateways`, `relay` … */
  parts: Record<string, number[]>;
}

/** One way to build the same service, measured on the same work. */
export interface Peer {
  name: string;
  /** Whether devices report what they have read, as this service needs of a real client. */
  receipts: boolean;
  /** Starts two nodes on `ground` and adds this many pairs of people who may talk. */
  start(ground: Ground, pairs: number): Promise<Running>;
}
