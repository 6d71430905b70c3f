import { Refusal, type request } from '../contract/index.js';
import { proveNeighbourhood } from '../domain/neighbourhood.js';
import type { Actor } from '../platform/actor.js';
import type { AccountContext } from './account-context.js';
import { presentMe } from './user.presenter.js';

/** Where the person stands is their neighbourhood from now on, and proven anew. */
export const createSetNeighbourhood =
  (accounts: AccountContext) => async (actor: Actor, place: request.SetNeighbourhood) => {
    const { users, clock, proof } = accounts;
    const user = await users.setNeighbourhood(actor.userId, proveNeighbourhood(place, clock()));
    if (!user) throw new Refusal('SESSION_REVOKED');
    return presentMe(user, proof, clock());
  };
