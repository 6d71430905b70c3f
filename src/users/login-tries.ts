import type { Rate } from '../platform/quota.js';

/**
 * How often passwords may be tried. Counts wrong passwords for e-mail address and network together, so that tries from
 * elsewhere keep nobody out. All networks from which the person never signed in share one more rate, which bounds what
 * many networks can guess. While somebody uses it up, the person has to wait on a new network, and never on one that
 * they have signed in from.
 */
export function createLoginTries(rates: { oneNetwork: Rate; strangeNetworks: Rate }) {
  const keyOf = (email: string, network: string) => `${email} ${network}`;
  return {
    /**
     * Takes one. `isKnown`: whether the person whose address it is has signed in from this network. Throws RATE_LIMITED
     * with the wait.
     */
    async take(email: string, network: string, isKnown: () => Promise<boolean>): Promise<void> {
      await rates.oneNetwork.take(keyOf(email, network));
      if (!(await isKnown())) await rates.strangeNetworks.take(email);
    },
    /** The password was right: what failed before is forgotten. */
    right: (email: string, network: string): Promise<void> =>
      rates.oneNetwork.forget(keyOf(email, network)),
  };
}
