import { page } from '../primitives.js';
import * as request from '../requests.js';
import { tradeLimits } from '../trade-limits.js';
import * as view from '../views.js';
import { endpointsOf } from './endpoint.js';

const deals = endpointsOf('deals');
const users = endpointsOf('users');
const listings = endpointsOf('listings');

/** The codes with which an act on a deal may be refused; VERSION_CONFLICT comes with the deal as it is now. */
const dealErrors = [
  'NOT_FOUND',
  'FORBIDDEN',
  'LISTING_UNAVAILABLE',
  'VERSION_CONFLICT',
  'IDEMPOTENCY_CONFLICT',
] as const;

const act = { reply: view.Deal, errors: dealErrors };

/** What the two agreed on, how it ends, and what they say of each other afterwards. */
export const dealEndpoints = {
  listMyDeals: deals.get('/me/deals', {
    summary:
      'Deals that one has part in, newest first; all, or those bought, sold or still to be reviewed',
    description:
      'A page of `toReview` may be short or empty before the end: what one has reviewed is left out of it.',
    query: request.ListMyDeals,
    reply: page(view.Deal),
  }),
  getDeal: deals.get('/deals/:id', {
    summary: 'A deal, to its two sides',
    reply: view.Deal,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  setAppointment: deals.put('/deals/:id/appointment', {
    summary: 'Propose when and where to meet, or change it; the other side confirms',
    body: request.SetAppointment,
    ...act,
    errors: [...dealErrors, 'CONVERSATION_CLOSED'],
  }),
  confirmAppointment: deals.post('/deals/:id/appointment/confirm', {
    summary: 'Confirm the appointment that the other side proposed',
    body: request.ConfirmAppointment,
    ...act,
    errors: [...dealErrors, 'CONVERSATION_CLOSED'],
  }),
  completeDeal: deals.post('/deals/:id/complete', {
    summary: 'Handed over: the listing is sold and reviews open',
    body: request.ActOnDeal,
    ...act,
  }),
  cancelDeal: deals.post('/deals/:id/cancel', {
    summary: `Give it up: the listing is on sale again; within ${tradeLimits.lateCancelHours} hours of the appointment it counts as late`,
    body: request.CancelDeal,
    ...act,
  }),
  reportNoShow: deals.post('/deals/:id/no-show', {
    summary: `The other side did not come: from ${tradeLimits.noShowFromMinutes} minutes to ${tradeLimits.noShowUntilHours} hours after a confirmed appointment`,
    body: request.ActOnDeal,
    ...act,
  }),
  contestNoShow: deals.post('/deals/:id/contest', {
    summary: `Say, within ${tradeLimits.contestHours} hours, what speaks against the no-show that the other side told of; an operator decides`,
    body: request.ContestNoShow,
    success: [200],
    reply: view.Deal,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'EDIT_WINDOW_EXPIRED'],
  }),
  keepDeal: deals.post('/deals/:id/keep', {
    summary: 'Answer, as the seller, that the deal still stands',
    body: request.ActOnDeal,
    ...act,
  }),
  writeReview: deals.post('/deals/:id/reviews', {
    summary: `Review the other side, within ${tradeLimits.reviewDays} days; neither sees the other's before both wrote or the time is over`,
    body: request.WriteReview,
    success: [201, 200],
    idempotent: true,
    reply: view.OwnReview,
    errors: ['NOT_FOUND', 'EDIT_WINDOW_EXPIRED', 'IDEMPOTENCY_CONFLICT', 'FORBIDDEN'],
  }),
  listReviews: users.get('/users/:id/reviews', {
    summary: 'What was said about a person, newest first',
    access: 'guest',
    query: request.ListReviews,
    reply: page(view.Review),
    errors: ['NOT_FOUND'],
  }),
  changeListingState: listings.post('/listings/:id/state', {
    summary:
      'Put on sale again, hide, sell, or keep for a buyer from its conversations, which opens a deal',
    description:
      'A draft is published by `onSale`. What was sold by a deal goes on sale again by it too, as long as nobody wrote a ' +
      'review: the deal falls through (`soldUndone`).',
    body: request.ChangeListingState,
    reply: view.Listing,
    errors: [
      'FORBIDDEN',
      'NOT_FOUND',
      'LISTING_UNAVAILABLE',
      'CONVERSATION_CLOSED',
      'VERSION_CONFLICT',
    ],
  }),
} as const;
