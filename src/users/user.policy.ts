import { Refusal } from '../contract/index.js';
import { provenUntil } from '../domain/neighbourhood.js';
import { lru } from '../platform/lru.js';
import type { User } from './user.js';
import type { UserStore } from './user.store.js';

/** What the settings ask of people before they list and contact. */
export interface ProofAsked {
  email: boolean;
  neighbourhood: boolean;
}

export interface VerifiedPolicy {
  /**
   * Rejects with EMAIL_NOT_VERIFIED or NEIGHBOURHOOD_NOT_PROVEN where the settings ask for a proof and there is none.
   * Undefined: it is known that there is one.
   */
  mustBeVerified(userId: string): Promise<void> | undefined;
}

/** Who may list and contact. A proof stands until its time is over, so only a yes is remembered, and until when. */
export function createVerifiedPolicy(
  users: UserStore,
  asked: ProofAsked,
  clock: () => Date,
): VerifiedPolicy {
  const proven = lru<number>(50_000);
  const look = async (userId: string): Promise<void> => {
    const user = await users.get(userId);
    if (asked.email && !user?.emailVerified) throw new Refusal('EMAIL_NOT_VERIFIED');
    if (asked.neighbourhood && !livesSomewhere(user, clock()))
      throw new Refusal('NEIGHBOURHOOD_NOT_PROVEN');
    const until = asked.neighbourhood ? provenUntil(user!.neighbourhood!).getTime() : Infinity;
    proven.set(userId, until);
  };
  return {
    mustBeVerified(userId) {
      if (!asked.email && !asked.neighbourhood) return undefined;
      return (proven.get(userId) ?? 0) > clock().getTime() ? undefined : look(userId);
    },
  };
}

/** Whether the proof of a person's neighbourhood still stands. */
export const livesSomewhere = (user: User | null, now: Date): boolean =>
  user?.neighbourhood != null && provenUntil(user.neighbourhood) > now;
