import { Refusal } from '../contract/index.js';
import { lru } from '../platform/lru.js';
import type { UserStore } from './user.store.js';

export interface VerifiedPolicy {
  /** Throws EMAIL_NOT_VERIFIED where the settings ask for a proven address and there is none. */
  mustBeVerified(userId: string): Promise<void>;
}

/** Who may list and contact. A proven address stays proven, so only a yes is remembered. */
export function createVerifiedPolicy(users: UserStore, emailProof: boolean): VerifiedPolicy {
  const proven = lru<true>(50_000);
  return {
    async mustBeVerified(userId) {
      if (!emailProof || proven.has(userId)) return;
      const user = await users.get(userId);
      if (!user?.emailVerified) throw new Refusal('EMAIL_NOT_VERIFIED');
      proven.set(userId, true);
    },
  };
}
