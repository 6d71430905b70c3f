import type { view } from '../contract/index.js';

/** Who can move an offer: its two sides, the system (time, rivals, the listing), and the deal that came of it. */
export type OfferMover = view.OfferSide | 'system' | 'deal';

export interface OfferTransition {
  /** null: there is no offer yet. */
  from: view.OfferState | null;
  act: view.OfferAct;
  who: OfferMover;
  to: view.OfferState;
}

const move = (
  from: view.OfferState | null,
  act: view.OfferAct,
  who: OfferMover,
  to: view.OfferState,
): OfferTransition => ({ from, act, who, to });

/**
 * All that can happen to an offer. The domain object asks this table and nothing else, and the picture in the documents
 * is drawn from it. A state without a line that leaves it is final.
 */
export const offerTransitions: readonly OfferTransition[] = [
  move(null, 'made', 'buyer', 'awaitingSeller'),

  move('awaitingSeller', 'countered', 'seller', 'awaitingBuyer'),
  move('awaitingSeller', 'accepted', 'seller', 'accepted'),
  move('awaitingSeller', 'declined', 'seller', 'declined'),
  move('awaitingSeller', 'withdrawn', 'buyer', 'withdrawn'),
  move('awaitingSeller', 'expired', 'system', 'expired'),
  move('awaitingSeller', 'closed', 'system', 'closed'),

  move('awaitingBuyer', 'countered', 'buyer', 'awaitingSeller'),
  move('awaitingBuyer', 'accepted', 'buyer', 'accepted'),
  move('awaitingBuyer', 'declined', 'buyer', 'declined'),
  move('awaitingBuyer', 'withdrawn', 'seller', 'withdrawn'),
  move('awaitingBuyer', 'expired', 'system', 'expired'),
  move('awaitingBuyer', 'closed', 'system', 'closed'),

  move('accepted', 'fulfilled', 'deal', 'fulfilled'),
  move('accepted', 'fellThrough', 'deal', 'fellThrough'),
  move('fulfilled', 'fellThrough', 'deal', 'fellThrough'),
];

/** The state that an act leads to; null when nobody, or not this mover, can do it there. */
export const transitionOf = (
  from: view.OfferState,
  act: view.OfferAct,
  who: OfferMover,
): OfferTransition | null =>
  offerTransitions.find((one) => one.from === from && one.act === act && one.who === who) ?? null;

/** The side whose answer is awaited in a state: the one that can accept there. */
export const turnIn = (state: view.OfferState): view.OfferSide | null => {
  const answer = offerTransitions.find((one) => one.from === state && one.act === 'accepted');
  return answer ? (answer.who as view.OfferSide) : null;
};
