import { z } from 'zod';
import { costOf } from '../costs.js';
import type { ErrorCode } from '../errors.js';
import { page, repeatedId } from '../primitives.js';
import * as request from '../requests.js';
import { tradeLimits } from '../trade-limits.js';
import * as view from '../views.js';
import { ById, endpoint } from './endpoint.js';

export const OfferWithEntry = z
  .object({ offer: view.Offer, message: view.Message, ...repeatedId })
  .meta({ id: 'OfferWithEntry' });

/** The codes with which a new offer or request may be refused. */
const makeErrors = [
  'NOT_FOUND',
  'FORBIDDEN',
  'OFFER_NOT_ALLOWED',
  'LISTING_UNAVAILABLE',
  'CONVERSATION_CLOSED',
  'IDEMPOTENCY_CONFLICT',
] as const satisfies readonly ErrorCode[];

/** The codes with which an answer to an offer may be refused. */
const answerErrors = [
  'NOT_FOUND',
  'FORBIDDEN',
  'CONVERSATION_CLOSED',
  'OFFER_CHANGED',
  'OFFER_EXPIRED',
  'IDEMPOTENCY_CONFLICT',
] as const satisfies readonly ErrorCode[];

/** Prices offered, and how they are answered. */
export const offerEndpoints = {
  makeOffer: endpoint({
    method: 'post',
    path: '/conversations/:id/offers',
    tag: 'offers',
    summary: 'Offer a price as the buyer (201 new, 200 repeat)',
    access: 'verified',
    params: ById,
    body: request.OfferDraft,
    success: [201, 200],
    reply: OfferWithEntry,
    errors: makeErrors,
  }),
  getOffer: endpoint({
    method: 'get',
    path: '/offers/:id',
    tag: 'offers',
    summary: 'An offer, to its two sides',
    params: ById,
    reply: view.Offer,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  acceptOffer: endpoint({
    method: 'post',
    path: '/offers/:id/accept',
    cost: costOf('offer:respond'),
    tag: 'offers',
    summary: 'Accept the standing amount; the listing is reserved and all other offers are closed',
    params: ById,
    body: request.AcceptOffer,
    reply: OfferWithEntry,
    errors: [...answerErrors, 'LISTING_UNAVAILABLE'],
  }),
  declineOffer: endpoint({
    method: 'post',
    path: '/offers/:id/decline',
    cost: costOf('offer:respond'),
    tag: 'offers',
    summary: 'Decline, as the one whose turn it is',
    params: ById,
    body: request.AnswerOffer,
    reply: OfferWithEntry,
    errors: [...answerErrors, 'LISTING_UNAVAILABLE'],
  }),
  withdrawOffer: endpoint({
    method: 'post',
    path: '/offers/:id/withdraw',
    cost: costOf('offer:respond'),
    tag: 'offers',
    summary: 'Withdraw, as the one who made the standing move',
    params: ById,
    body: request.AnswerOffer,
    reply: OfferWithEntry,
    errors: [...answerErrors, 'LISTING_UNAVAILABLE'],
  }),
  counterOffer: endpoint({
    method: 'post',
    path: '/offers/:id/counter',
    cost: costOf('offer:respond'),
    tag: 'offers',
    summary: `Name another amount, as the one whose turn it is, strictly between the two that stand; at most ${tradeLimits.offerMoves} moves in all`,
    params: ById,
    body: request.CounterOffer,
    reply: OfferWithEntry,
    errors: [...answerErrors, 'OFFER_NOT_ALLOWED', 'LISTING_UNAVAILABLE'],
  }),
} as const;

/** The offers of a listing side by side, and one's own. */
export const offerListEndpoints = {
  listOffersOfListing: endpoint({
    method: 'get',
    path: '/listings/:id/offers',
    tag: 'offers',
    summary: "The offers on one's own listing side by side, the highest first",
    params: ById,
    query: request.ListOffers,
    reply: page(view.OfferCard),
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  }),
  declineOffersOfListing: endpoint({
    method: 'post',
    path: '/listings/:id/offers/decline',
    tag: 'offers',
    summary: "Decline several offers on one's own listing, or all that await an answer",
    description: '`If-Match` takes the `ETag` of the listing.',
    params: ById,
    body: request.DeclineOffers,
    reply: view.BulkDecline,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'IDEMPOTENCY_CONFLICT', 'VERSION_CONFLICT'],
  }),
  listMyOffers: endpoint({
    method: 'get',
    path: '/me/offers',
    tag: 'offers',
    summary: 'The offers that one made, or got; last changed first',
    query: request.ListMyOffers,
    reply: page(view.OfferCard),
  }),
} as const;

/** Give-aways: whoever wants it asks, the seller picks. A request is an offer of 0 won. */
export const giveAwayEndpoints = {
  askForGiveAway: endpoint({
    method: 'post',
    path: '/listings/:id/requests',
    tag: 'offers',
    summary:
      'Ask for a give-away; opens the conversation where there is none (201 new, 200 repeat)',
    access: 'verified',
    params: ById,
    body: request.AskForGiveAway,
    success: [201, 200],
    idempotent: true,
    reply: OfferWithEntry,
    errors: makeErrors,
  }),
  listRequests: endpoint({
    method: 'get',
    path: '/listings/:id/requests',
    tag: 'offers',
    summary: "Who asks for one's own give-away, the first one first",
    params: ById,
    query: request.ListOffers,
    reply: page(view.OfferCard),
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  }),
  acceptRequest: endpoint({
    method: 'post',
    path: '/requests/:id/accept',
    tag: 'offers',
    summary: 'Give it to this person; all other requests are closed',
    params: ById,
    body: request.AnswerOffer,
    reply: OfferWithEntry,
    errors: [...answerErrors, 'LISTING_UNAVAILABLE'],
  }),
  declineRequest: endpoint({
    method: 'post',
    path: '/requests/:id/decline',
    tag: 'offers',
    summary: 'Not to this person',
    params: ById,
    body: request.AnswerOffer,
    reply: OfferWithEntry,
    errors: [...answerErrors, 'LISTING_UNAVAILABLE'],
  }),
  withdrawRequest: endpoint({
    method: 'post',
    path: '/requests/:id/withdraw',
    tag: 'offers',
    summary: 'No longer wanted',
    params: ById,
    body: request.AnswerOffer,
    reply: OfferWithEntry,
    errors: [...answerErrors, 'LISTING_UNAVAILABLE'],
  }),
} as const;
