import { accountLimits } from '../contract/account-limits.js';
import type { view } from '../contract/index.js';
import { blur, type Coordinates } from './grid.js';

/** Where a person lives, as their device said when they were there. The place is blurred before it is kept. */
export interface Neighbourhood {
  name: string | null;
  location: Coordinates;
  provenAt: Date;
}

const dayMs = 24 * 3_600_000;

/** Whoever stands there now has proven it. */
export const proveNeighbourhood = (
  { latitude, longitude, name }: { latitude: number; longitude: number; name?: string | undefined },
  now: Date,
): Neighbourhood => ({
  name: name || null,
  location: blur({ latitude, longitude }),
  provenAt: now,
});

/** People move: a proof is good for `accountLimits.neighbourhoodDays`. */
export const provenUntil = ({ provenAt }: Neighbourhood): Date =>
  new Date(provenAt.getTime() + accountLimits.neighbourhoodDays * dayMs);

export const presentNeighbourhood = (of: Neighbourhood): view.Neighbourhood => ({
  name: of.name,
  location: of.location,
  provenAt: of.provenAt.toISOString(),
  provenUntil: provenUntil(of).toISOString(),
});
