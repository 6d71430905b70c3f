import { invalid } from '../../src/contract/errors.js';
import { presentNeighbourhood, proveNeighbourhood } from '../../src/domain/neighbourhood.js';
import { tellDeal } from './deals.js';
import { removeAll } from './listings.js';
import { getMe, leaveTalk } from './people.js';
import { allTalks } from './talk.js';
import type { Caller, Route } from './world.js';

/** Throws VALIDATION_FAILED. */
function mustKnowPassword({ world, userId }: Caller, password: string): void {
  if (world.state.accounts[userId]!.password !== password) throw invalid('password', 'is wrong');
}

export const setNeighbourhood: Route<'setNeighbourhood'> = (me, place) => {
  const { world, userId } = me;
  world.state.accounts[userId]!.neighbourhood = presentNeighbourhood(
    proveNeighbourhood(place, world.now()),
  );
  return getMe(me);
};

/** All at once, where the real gateway needs seconds. */
export const deleteAccount: Route<'deleteAccount'> = (me, { password }) => {
  const { world, userId } = me;
  mustKnowPassword(me, password);
  delete world.state.accounts[userId];
  for (const session of world.tokens.values())
    if (session.userId === userId) world.endSession(session.sessionId);
  world.state.favourites = world.state.favourites.filter((one) => one.userId !== userId);
  for (const talk of allTalks(world)) if (talk.has(userId)) leaveTalk(me, talk);
  for (const deal of world.all('deals'))
    if (deal.open && deal.has(userId)) tellDeal(me, deal.close(world.now()));
  removeAll(me);
};
