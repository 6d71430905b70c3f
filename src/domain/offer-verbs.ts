import { Refusal } from '../contract/errors.js';
import type { request } from '../contract/index.js';
import type { Offer, OfferStep, Seen } from './offer.js';

/** What an act needs that the offer does not know. */
interface OfferActGround {
  /** What the listing costs now, in won. */
  price: number;
  /** The id of the deal that an accept opens. */
  dealId: string;
}

/** Something that one of the two does with an offer. */
export interface OfferVerb<Input extends Seen> {
  by: (offer: Offer, userId: string, input: Input, ground: OfferActGround, now: Date) => Offer;
  /** Whether a step that was sent under the same id has the same intent. */
  isSame: (step: OfferStep, input: Input) => boolean;
  /**
   * What changes with the offer. `price`: nothing else, but the listing must keep its price meanwhile. `agreement`: the
   * listing is reserved, the deal is opened, and every other offer is closed.
   */
  needs?: 'price' | 'agreement';
}

const isAct = (act: OfferStep['act']) => (step: OfferStep) => step.act === act;

const verb = <Input extends Seen>(one: OfferVerb<Input>): OfferVerb<Input> => one;

/** What the two can do with an offer that stands, one verb each. */
export const offerVerbs = {
  accept: verb<request.AcceptOffer>({
    by: (offer, userId, seen, { dealId }, now) => offer.acceptBy(userId, seen, dealId, now),
    isSame: ({ act, amount }, seen) => act === 'accepted' && amount === seen.amount,
    needs: 'agreement',
  }),
  counter: verb<request.CounterOffer>({
    by: (offer, userId, seen, { price }, now) => offer.counterBy(userId, seen, price, now),
    isSame: ({ act, amount }, seen) => act === 'countered' && amount === seen.amount,
    needs: 'price',
  }),
  decline: verb<request.AnswerOffer & Seen>({
    by: (offer, userId, seen, _ground, now) => offer.declineBy(userId, seen, now),
    isSame: isAct('declined'),
  }),
  withdraw: verb<request.AnswerOffer & Seen>({
    by: (offer, userId, seen, _ground, now) => offer.withdrawBy(userId, seen, now),
    isSame: isAct('withdrawn'),
  }),
};

/** Whether a step made the same offer. */
export const isSameOffer = (
  offer: Offer,
  { act, amount }: OfferStep,
  sent: request.MakeOffer,
): boolean => act === 'made' && amount === sent.amount && offer.snapshot().note === sent.note;

/** Whether a refusal of an act goes with the offer as it is by then. */
export const showsOffer = (error: unknown): error is Refusal =>
  error instanceof Refusal &&
  ['OFFER_EXPIRED', 'OFFER_CHANGED', 'LISTING_UNAVAILABLE'].includes(error.code);
