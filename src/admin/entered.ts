import type { Response } from 'express';
import type { view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';

/** Who entered the admin area. */
interface Entered {
  /** Absent where it is open: nobody signed in. */
  actor: Actor | undefined;
  /** What they may do; undefined: that was not asked yet. */
  role: view.Role | undefined;
}

/** Who the audit trail names where the area is open on this machine and nobody signs in. */
export const nobodySignedIn = 'admin';

export const enteredAs = (response: Response): Entered => ({
  actor: response.locals['actor'] as Actor | undefined,
  role: response.locals['role'] as view.Role | undefined,
});

/** Notes who entered; the audit trail has this name. */
export function enter(response: Response, as: { actor: Actor } | { role: view.Role }): void {
  Object.assign(response.locals, as);
  response.locals['operator'] = 'actor' in as ? as.actor.userId : nobodySignedIn;
}

/** By which name the audit trail knows who entered. */
export const operatorOf = (response: Response): string => response.locals['operator'] as string;
