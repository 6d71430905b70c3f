import type { view } from '../contract/index.js';

/**
 * Who can move a deal: its two sides, time, the agreement that opens it (an accepted offer, the seller's choice), and
 * the system, once the account of one side is deleted.
 */
export type DealMover = view.OfferSide | 'time' | 'agreement' | 'system';

export type DealAct =
  | 'opened'
  | view.AppointmentAct
  | 'asked'
  | 'kept'
  | 'completed'
  | 'cancelled'
  | 'noShow'
  | 'released'
  | 'closed'
  | 'undone';

export interface DealTransition {
  /** null: there is no deal yet. */
  from: view.DealState | null;
  act: DealAct;
  who: DealMover;
  to: view.DealState;
}

const move = (
  from: view.DealState | null,
  act: DealAct,
  who: DealMover,
  to: view.DealState,
): DealTransition => ({ from, act, who, to });

const sides = ['buyer', 'seller'] as const;
const byEither = (act: DealAct, to: view.DealState) =>
  sides.map((side) => move('open', act, side, to));

/**
 * All that can happen to a deal. The domain object asks this table and nothing else, and the picture in the documents
 * is drawn from it. A state without a line that leaves it is final.
 */
export const dealTransitions: readonly DealTransition[] = [
  move(null, 'opened', 'agreement', 'open'),

  ...byEither('proposed', 'open'),
  ...byEither('changed', 'open'),
  ...byEither('confirmed', 'open'),

  move('open', 'asked', 'time', 'open'),
  move('open', 'kept', 'seller', 'open'),
  move('open', 'released', 'time', 'cancelled'),
  move('open', 'closed', 'system', 'cancelled'),

  ...byEither('completed', 'completed'),
  ...byEither('cancelled', 'cancelled'),
  ...byEither('noShow', 'noShow'),

  move('completed', 'undone', 'seller', 'cancelled'),
];

/** The state that an act leads to; null when nobody, or not this mover, can do it there. */
export const transitionOf = (
  from: view.DealState,
  act: DealAct,
  who: DealMover,
): DealTransition | null =>
  dealTransitions.find((one) => one.from === from && one.act === act && one.who === who) ?? null;
