/**
 * What people do with their own account, beside signing in and out. A separate entry point, for apps that use the
 * gateway's accounts and have screens for them.
 */
import type { Call } from './api.js';
import type { Me, SetNeighbourhood } from './contract-types.js';

export { accountLimits } from '../src/contract/account-limits.js';

export type AccountApi = ReturnType<typeof createAccountApi>;

/** One function for each endpoint, named like it in the contract; takes the `call` of a client. */
export function createAccountApi({ call }: { call: Call }) {
  return {
    /** Where the device is becomes the neighbourhood, proven for `accountLimits.neighbourhoodDays`; `accuracy` in metres. */
    setNeighbourhood: (place: SetNeighbourhood) =>
      call<Me>({ method: 'PUT', path: '/me/neighbourhood', body: place }),
    /**
     * Deletes the account for good; `VALIDATION_FAILED` at `password` when that is wrong. Sign out with the client's
     * `logOut` afterwards, which also clears what the device keeps.
     */
    deleteAccount: (password: string) =>
      call<null>({ method: 'DELETE', path: '/me', body: { password } }),
  };
}
