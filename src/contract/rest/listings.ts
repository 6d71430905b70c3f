import { z } from 'zod';
import { PageQuery, page } from '../primitives.js';
import * as request from '../requests.js';
import { tradeLimits } from '../trade-limits.js';
import * as view from '../views.js';
import { endpointsOf } from './endpoint.js';

const listings = endpointsOf('listings');
const me = endpointsOf('me');
const { bumpHours, bumpsSoon, bumpLaterHours, bumps, bumpCutPercent, bumpCutDays } = tradeLimits;

/** What is done with a listing once it is there. */
export const listingEndpoints = {
  suggestSearches: listings.get('/search/suggestions', {
    summary: 'What to search for, while it is typed; half a minute late',
    access: 'guest',
    description:
      'Of what is on sale or reserved, anywhere. Where nothing matches, it is read as if typed with the other keyboard layout.',
    cost: 1,
    query: request.SuggestSearches,
    reply: view.SearchSuggestions,
  }),
  listPrices: listings.get('/listings/:id/price-history', {
    summary: 'Its prices, the present one first, each with the time since when',
    access: 'guest',
    query: z.strictObject(PageQuery),
    reply: page(view.ListingPrice),
    errors: ['NOT_FOUND'],
  }),
  bumpListing: listings.post('/listings/:id/bump', {
    summary: "Move one's own listing to the top of the feed",
    description:
      `Only what is on sale; first after ${bumpHours} hours, ${bumpsSoon} times after ${bumpHours} more, then every ` +
      `${bumpLaterHours} hours, ${bumps} times in all. A price ${bumpCutPercent} % below all before ends the ` +
      `wait, once in ${bumpCutDays} days. \`bump.from\` of the listing says when; too early is 409 with \`Retry-After\`.`,
    reply: view.Listing,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'LISTING_UNAVAILABLE', 'VERSION_CONFLICT'],
    etag: true,
  }),
  addFavourite: listings.put('/listings/:id/favourite', {
    summary: 'Put it among the favourites; again changes nothing',
    reply: view.Listing,
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  }),
  removeFavourite: listings.delete('/listings/:id/favourite', {
    summary: 'Take it out of the favourites; one that is not among them is no error',
  }),
  listFavourites: me.get('/me/favourites', {
    summary: 'Favourites, the last added first, without what nobody but its owner sees any more',
    query: z.strictObject(PageQuery),
    reply: page(view.Listing),
  }),
} as const;
