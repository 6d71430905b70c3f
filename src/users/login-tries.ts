import type { Rate } from '../platform/quota.js';

/** How often passwords may be tried. */
export interface LoginTries {
  /**
   * Takes one. `isKnown`: whether the person whose address it is has signed in from this network. Throws RATE_LIMITED
   * with the wait.
   */
  take(email: string, network: string, isKnown: () => Promise<boolean>): Promise<void>;
  /** The password was right: what failed before is forgotten. */
  right(email: string, network: string): Promise<void>;
}

/**
 * Counts wrong passwords for e-mail address and network together, so that tries from elsewhere keep nobody out. All
 * networks from which the person never signed in share one more rate, which bounds what many networks can guess. While
 * somebody uses it up, the person has to wait on a new network, and never on one that they have signed in from.
 */
export function createLoginTries(rates: { oneNetwork: Rate; strangeNetworks: Rate }): LoginTries {
  const keyOf = (email: string, network: string) => `${email} ${network}`;
  return {
    async take(email, network, isKnown) {
      await rates.oneNetwork.take(keyOf(email, network));
      if (!(await isKnown())) await rates.strangeNetworks.take(email);
    },
    right: (email, network) => rates.oneNetwork.forget(keyOf(email, network)),
  };
}
