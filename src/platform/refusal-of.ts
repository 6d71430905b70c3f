import { Refusal } from '../contract/index.js';
import { asUnavailable } from './mongo.js';

/**
 * What a caller may know of an error: a refusal as it is, an outage as UNAVAILABLE. Everything else is a fault of
 * ours: `unexpected` hears of it, the caller reads INTERNAL and nothing of the inside.
 */
export function refusalOf(error: unknown, unexpected: (error: Error) => void): Refusal {
  const known = asUnavailable(error);
  if (known instanceof Refusal) return known;
  unexpected(error as Error);
  return new Refusal('INTERNAL');
}
