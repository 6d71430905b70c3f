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
 * Counts by address and network together, so that what is tried elsewhere keeps nobody out. All networks that are
 * strange to the person share one more rate, which bounds what many of them can guess: it slows down who comes from
 * a new place while that goes on, and never who comes from where they have been.
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
