/** What one generator process is told to do. */
export type CrowdOrder =
  /** Adds people. Without tokens they sign up, at the first of the servers. */
  | { order: 'moveIn'; count: number; tokens?: string[] }
  /** So many of them visit from now on; those who come are spread over `overMs`. */
  | { order: 'live'; count: number; overMs: number };

/** What happened in one process in about a second. Times in ms. */
export interface Second {
  /** People who are connected and up to date. */
  online: number;
  requests: number;
  requestMs: number[];
  ackMs: number[];
  deliveryMs: number[];
  /** By what it was, the number of times. */
  errors: Record<string, number>;
  /** What the product's rules refused, as they should: somebody else was quicker. */
  refusals: Record<string, number>;
  /** The longest time by which the generator itself was late. */
  lagMs: number;
}

/** The settings of a generator process. */
export interface CrowdSettings {
  urls: string[];
  /** Which of the generator's processes it is: each has neighbourhoods of its own. */
  number: number;
}

export type CrowdReport =
  | { report: 'up' }
  | { report: 'done' }
  | { report: 'second'; second: Second }
  | { report: 'failed'; reason: string };
