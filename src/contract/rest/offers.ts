import { costOf } from '../costs.js';
import { answerOfferErrors, makeOfferErrors } from '../errors.js';
import { page, repeatedId, named } from '../primitives.js';
import * as request from '../requests.js';
import { tradeLimits } from '../trade-limits.js';
import * as view from '../views.js';
import { endpointsOf } from './endpoint.js';

const offers = endpointsOf('offers');

export const OfferWithEntry = named('OfferWithEntry', {
  offer: view.Offer,
  message: view.Message,
  ...repeatedId,
});

/** What every answer to an offer is like. */
const answer = { reply: OfferWithEntry, errors: answerOfferErrors };
/** The twins of `offer:respond`. */
const respond = { cost: costOf('offer:respond'), ...answer };

/** Prices offered, and how they are answered. */
export const offerEndpoints = {
  makeOffer: offers.post('/conversations/:id/offers', {
    summary: 'Offer a price as the buyer (201 new, 200 repeat)',
    access: 'verified',
    body: request.OfferDraft,
    success: [201, 200],
    reply: OfferWithEntry,
    errors: makeOfferErrors,
  }),
  getOffer: offers.get('/offers/:id', {
    summary: 'An offer, to its two sides',
    reply: view.Offer,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  acceptOffer: offers.post('/offers/:id/accept', {
    summary: 'Accept the standing amount; the listing is reserved and all other offers are closed',
    body: request.AcceptOffer,
    ...respond,
  }),
  declineOffer: offers.post('/offers/:id/decline', {
    summary: 'Decline, as the one whose turn it is',
    body: request.AnswerOffer,
    ...respond,
  }),
  withdrawOffer: offers.post('/offers/:id/withdraw', {
    summary: 'Withdraw, as the one who made the standing move',
    body: request.AnswerOffer,
    ...respond,
  }),
  counterOffer: offers.post('/offers/:id/counter', {
    summary: `Name another amount, as the one whose turn it is, strictly between the two that stand; at most ${tradeLimits.offerMoves} moves in all`,
    body: request.CounterOffer,
    ...respond,
    errors: [...answerOfferErrors, 'OFFER_NOT_ALLOWED'],
  }),
  listOffersOfListing: offers.get('/listings/:id/offers', {
    summary: "The offers on one's own listing side by side, the highest first",
    query: request.ListOffers,
    reply: page(view.OfferCard),
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  }),
  declineOffersOfListing: offers.post('/listings/:id/offers/decline', {
    summary: "Decline several offers on one's own listing, or all that await an answer",
    description: '`If-Match` takes the `ETag` of the listing.',
    body: request.DeclineOffers,
    reply: view.BulkDecline,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'IDEMPOTENCY_CONFLICT', 'VERSION_CONFLICT'],
  }),
  listMyOffers: offers.get('/me/offers', {
    summary: 'The offers that one made, or got; last changed first',
    query: request.ListMyOffers,
    reply: page(view.OfferCard),
  }),
  // Give-aways: whoever wants it asks, the seller picks. A request is an offer of 0 won.
  askForGiveAway: offers.post('/listings/:id/requests', {
    summary:
      'Ask for a give-away; opens the conversation where there is none (201 new, 200 repeat)',
    access: 'verified',
    body: request.AskForGiveAway,
    success: [201, 200],
    idempotent: true,
    reply: OfferWithEntry,
    errors: makeOfferErrors,
  }),
  listRequests: offers.get('/listings/:id/requests', {
    summary: "Who asks for one's own give-away, the first one first",
    query: request.ListOffers,
    reply: page(view.OfferCard),
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  }),
  acceptRequest: offers.post('/requests/:id/accept', {
    ...answer,
    summary: 'Give it to this person; all other requests are closed',
    body: request.AnswerOffer,
  }),
  declineRequest: offers.post('/requests/:id/decline', {
    ...answer,
    summary: 'Not to this person',
    body: request.AnswerOffer,
  }),
  withdrawRequest: offers.post('/requests/:id/withdraw', {
    ...answer,
    summary: 'No longer wanted',
    body: request.AnswerOffer,
  }),
} as const;
