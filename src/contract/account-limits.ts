/**
 * Bounds of accounts beside the ones in `limits.ts`. A file of its own: the core of the client library carries `limits`,
 * and an app that only chats must not grow by these.
 */
export const accountLimits = {
  /** Days for which the proof of a neighbourhood is good: people move. */
  neighbourhoodDays: 30,
  /** How exact a place must be to prove a neighbourhood, in metres. */
  neighbourhoodAccuracyMetres: 200,
} as const;
