import { page } from '../primitives.js';
import * as request from '../requests.js';
import { tradeLimits } from '../trade-limits.js';
import * as view from '../views.js';
import { ById, endpoint } from './endpoint.js';

/** The codes with which an act on a deal may be refused; VERSION_CONFLICT comes with the deal as it is now. */
const dealErrors = [
  'NOT_FOUND',
  'FORBIDDEN',
  'LISTING_UNAVAILABLE',
  'VERSION_CONFLICT',
  'IDEMPOTENCY_CONFLICT',
] as const;

/** What the two agreed on, and how it ends. Every act answers with the deal as it is then. */
export const dealEndpoints = {
  listMyDeals: endpoint({
    method: 'get',
    path: '/me/deals',
    tag: 'deals',
    summary: 'Deals that one has part in, newest first',
    query: request.ListMyDeals,
    reply: page(view.Deal),
  }),
  getDeal: endpoint({
    method: 'get',
    path: '/deals/:id',
    tag: 'deals',
    summary: 'A deal, to its two sides',
    params: ById,
    reply: view.Deal,
    errors: ['NOT_FOUND'],
    etag: true,
  }),
  setAppointment: endpoint({
    method: 'put',
    path: '/deals/:id/appointment',
    tag: 'deals',
    summary: 'Propose when and where to meet, or change it; the other side confirms',
    params: ById,
    body: request.SetAppointment,
    reply: view.Deal,
    errors: [...dealErrors, 'CONVERSATION_CLOSED'],
  }),
  confirmAppointment: endpoint({
    method: 'post',
    path: '/deals/:id/appointment/confirm',
    tag: 'deals',
    summary: 'Confirm the appointment that the other side proposed',
    params: ById,
    body: request.ConfirmAppointment,
    reply: view.Deal,
    errors: [...dealErrors, 'CONVERSATION_CLOSED'],
  }),
  completeDeal: endpoint({
    method: 'post',
    path: '/deals/:id/complete',
    tag: 'deals',
    summary: 'Handed over: the listing is sold and reviews open',
    params: ById,
    body: request.ActOnDeal,
    reply: view.Deal,
    errors: dealErrors,
  }),
  cancelDeal: endpoint({
    method: 'post',
    path: '/deals/:id/cancel',
    tag: 'deals',
    summary: `Give it up: the listing is on sale again; within ${tradeLimits.lateCancelHours} hours of the appointment it counts as late`,
    params: ById,
    body: request.CancelDeal,
    reply: view.Deal,
    errors: dealErrors,
  }),
  reportNoShow: endpoint({
    method: 'post',
    path: '/deals/:id/no-show',
    tag: 'deals',
    summary: `The other side did not come: from ${tradeLimits.noShowFromMinutes} minutes to ${tradeLimits.noShowUntilHours} hours after a confirmed appointment`,
    params: ById,
    body: request.ActOnDeal,
    reply: view.Deal,
    errors: dealErrors,
  }),
  keepDeal: endpoint({
    method: 'post',
    path: '/deals/:id/keep',
    tag: 'deals',
    summary: 'Answer, as the seller, that the deal still stands',
    params: ById,
    body: request.ActOnDeal,
    reply: view.Deal,
    errors: dealErrors,
  }),
} as const;

/** What the two say of each other afterwards. */
export const reviewEndpoints = {
  writeReview: endpoint({
    method: 'post',
    path: '/deals/:id/reviews',
    tag: 'deals',
    summary: `Review the other side, within ${tradeLimits.reviewDays} days; neither sees the other's before both wrote or the time is over`,
    params: ById,
    body: request.WriteReview,
    success: [201, 200],
    idempotent: true,
    reply: view.OwnReview,
    errors: ['NOT_FOUND', 'EDIT_WINDOW_EXPIRED', 'IDEMPOTENCY_CONFLICT', 'FORBIDDEN'],
  }),
  listReviews: endpoint({
    method: 'get',
    path: '/users/:id/reviews',
    tag: 'users',
    summary: 'What was said about a person, newest first',
    params: ById,
    query: request.ListReviews,
    reply: page(view.Review),
    errors: ['NOT_FOUND'],
  }),
} as const;

/** Set by its owner; `reserved` and `sold` may name the buyer and so open (and complete) a deal. */
export const listingStateEndpoints = {
  changeListingState: endpoint({
    method: 'post',
    path: '/listings/:id/state',
    tag: 'listings',
    summary:
      'Put on sale again, hide, sell, or keep for a buyer from its conversations, which opens a deal',
    params: ById,
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
