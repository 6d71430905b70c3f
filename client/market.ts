/**
 * The endpoints besides chat: account, listings, categories, people, blocks, search, and trade (offers side by side,
 * give-aways, deals, appointments, reviews). A separate entry point, so that an app that only chats doesn't carry it.
 * Every act takes a `clientMessageId`, made once per intent and sent again unchanged, so that a second tap does nothing
 * twice.
 */
import type { Call } from './api.js';
import type {
  ActOnDeal,
  AskForGiveAway,
  CancelDeal,
  ChangeListingState,
  ConfirmAppointment,
  CreateListing,
  DeclineOffers,
  EditListing,
  ListListings,
  ListMyDeals,
  ListMyListings,
  ListMyOffers,
  ListOffers,
  ListUserListings,
  Listing,
  MakeReport,
  Offer,
  Replies,
  SearchMessages,
  SetAppointment,
  WriteReview,
} from './contract-types.js';
import { ifMatch, type HttpRequest } from './http.js';

export { reportReasons } from '../src/contract/report-reasons.js';
export { criticismTags, praiseTags } from '../src/contract/review-tags.js';
export { tradeLimits } from '../src/contract/trade-limits.js';
export type {
  Appointment,
  CancelReason,
  Deal,
  ListingPrice,
  MannerPart,
  OfferAbilities,
  OfferCard,
  OwnReview,
  Profile,
  Rating,
  ReportReason,
  ReportTarget,
  Review,
  ReviewTag,
  SearchSuggestions,
} from './contract-types.js';

type Reply<Name extends keyof Replies> = Replies[Name];
interface Page {
  limit?: number;
  cursor?: string;
}

/** What the seller fills in; the server has defaults for the rest. */
export type ListingDraft = Omit<CreateListing, 'currency'> &
  Partial<Pick<CreateListing, 'currency'>>;

export type MarketApi = ReturnType<typeof createMarketApi>;

/** One function for each endpoint, named like it in the contract; takes the `call` of a client. */
export function createMarketApi({ call }: { call: Call }) {
  const get = <T>(path: string, query?: HttpRequest['query']) =>
    call<T>({ method: 'GET', path, query });
  const post = <T>(path: string, body: object) => call<T>({ method: 'POST', path, body });
  const listing = (id: string) => `/listings/${encodeURIComponent(id)}`;
  const offer = (id: string) => `/offers/${encodeURIComponent(id)}`;
  const giveAway = (id: string) => `/requests/${encodeURIComponent(id)}`;
  const deal = (id: string) => `/deals/${encodeURIComponent(id)}`;
  return {
    verifyEmail: (token: string) =>
      call<Reply<'verifyEmail'>>({
        open: true,
        method: 'POST',
        path: '/auth/verify-email',
        body: { token },
      }),
    resendVerification: () => call<null>({ method: 'POST', path: '/auth/verify-email/resend' }),
    demoAccounts: () =>
      call<Reply<'demoAccounts'>>({ open: true, method: 'GET', path: '/demo/accounts' }),
    getMe: () => get<Reply<'getMe'>>('/me'),
    listConversations: (page: Page & { box?: 'active' | 'archived' } = {}) =>
      get<Reply<'listConversations'>>('/conversations', { ...page }),
    getOffer: (id: string) => get<Reply<'getOffer'>>(offer(id)),
    /** Proposes another amount than the one shown; refused when the offer has changed since. */
    counterOffer: (shown: Offer, amount: number, clientMessageId: string) =>
      post<Reply<'counterOffer'>>(`${offer(shown.id)}/counter`, {
        amount,
        version: shown.version,
        clientMessageId,
      }),
    listMyOffers: (query: Partial<ListMyOffers> = {}) =>
      get<Reply<'listMyOffers'>>('/me/offers', { ...query }),
    /** For the seller: offers side by side, the highest first. */
    listOffersOfListing: (id: string, query: Partial<ListOffers> = {}) =>
      get<Reply<'listOffersOfListing'>>(`${listing(id)}/offers`, { ...query }),
    declineOffersOfListing: (id: string, body: DeclineOffers) =>
      post<Reply<'declineOffersOfListing'>>(`${listing(id)}/offers/decline`, body),
    /** Opens the conversation where there is none. */
    askForGiveAway: (listingId: string, body: AskForGiveAway) =>
      post<Reply<'askForGiveAway'>>(`${listing(listingId)}/requests`, body),
    /** For the seller: the earliest first. */
    listRequests: (id: string, query: Partial<ListOffers> = {}) =>
      get<Reply<'listRequests'>>(`${listing(id)}/requests`, { ...query }),
    acceptRequest: ({ id, version }: Offer, clientMessageId: string) =>
      post<Reply<'acceptRequest'>>(`${giveAway(id)}/accept`, { version, clientMessageId }),
    declineRequest: ({ id, version }: Offer, clientMessageId: string) =>
      post<Reply<'declineRequest'>>(`${giveAway(id)}/decline`, { version, clientMessageId }),
    withdrawRequest: ({ id, version }: Offer, clientMessageId: string) =>
      post<Reply<'withdrawRequest'>>(`${giveAway(id)}/withdraw`, { version, clientMessageId }),
    listMyDeals: (query: Partial<ListMyDeals> = {}) =>
      get<Reply<'listMyDeals'>>('/me/deals', { ...query }),
    getDeal: (id: string) => get<Reply<'getDeal'>>(deal(id)),
    setAppointment: (id: string, body: SetAppointment) =>
      call<Reply<'setAppointment'>>({ method: 'PUT', path: `${deal(id)}/appointment`, body }),
    confirmAppointment: (id: string, body: ConfirmAppointment) =>
      post<Reply<'confirmAppointment'>>(`${deal(id)}/appointment/confirm`, body),
    completeDeal: (id: string, body: ActOnDeal) =>
      post<Reply<'completeDeal'>>(`${deal(id)}/complete`, body),
    cancelDeal: (id: string, body: CancelDeal) =>
      post<Reply<'cancelDeal'>>(`${deal(id)}/cancel`, body),
    reportNoShow: (id: string, body: ActOnDeal) =>
      post<Reply<'reportNoShow'>>(`${deal(id)}/no-show`, body),
    /** Says what speaks against the no-show that the other side told of; an operator decides. */
    contestNoShow: (id: string, text: string) =>
      post<Reply<'contestNoShow'>>(`${deal(id)}/contest`, { text }),
    keepDeal: (id: string, body: ActOnDeal) => post<Reply<'keepDeal'>>(`${deal(id)}/keep`, body),
    /** Nobody else can read it before both wrote, or the time to write is over. */
    writeReview: (
      dealId: string,
      { tags = [], ...body }: Omit<WriteReview, 'tags'> & Partial<Pick<WriteReview, 'tags'>>,
    ) => post<Reply<'writeReview'>>(`${deal(dealId)}/reviews`, { ...body, tags }),
    listReviews: (userId: string, page: Page = {}) =>
      get<Reply<'listReviews'>>(`/users/${encodeURIComponent(userId)}/reviews`, { ...page }),
    searchMessages: (query: Partial<SearchMessages> & { q: string }) =>
      get<Reply<'searchMessages'>>('/messages/search', { ...query }),
    listBlocks: (page: Page = {}) => get<Reply<'listBlocks'>>('/me/blocks', { ...page }),
    blockUser: (id: string) =>
      call<Reply<'blockUser'>>({ method: 'PUT', path: `/me/blocks/${encodeURIComponent(id)}` }),
    /** Tells the moderators; a second report of the same target is the first one. */
    report: (body: MakeReport) => post<Reply<'makeReport'>>('/reports', body),
    unblockUser: (id: string) =>
      call<null>({ method: 'DELETE', path: `/me/blocks/${encodeURIComponent(id)}` }),
    listCategories: () =>
      call<Reply<'listCategories'>>({ open: true, method: 'GET', path: '/categories' }),
    listMyListings: (query: Partial<ListMyListings> = {}) =>
      get<Reply<'listMyListings'>>('/me/listings', { ...query }),
    getUser: (id: string) => get<Reply<'getUser'>>(`/users/${encodeURIComponent(id)}`),
    /** What a person sells and sold, as others see it. */
    listUserListings: (id: string, query: Partial<ListUserListings> = {}) =>
      get<Reply<'listUserListings'>>(`/users/${encodeURIComponent(id)}/listings`, { ...query }),
    listListings: ({ near, ...rest }: Partial<ListListings> = {}) =>
      get<Reply<'listListings'>>('/listings', {
        ...rest,
        near: near && `${near.latitude},${near.longitude}`,
      }),
    /** While `q` is typed; what comes late may be thrown away. */
    suggestSearches: (q: string) => get<Reply<'suggestSearches'>>('/search/suggestions', { q }),
    getListing: (id: string) => get<Reply<'getListing'>>(listing(id)),
    /** `key` is made once per filled-in form, so that a second tap lists the thing once. */
    createListing: (body: ListingDraft, key: string) =>
      call<Reply<'createListing'>>({
        method: 'POST',
        path: '/listings',
        body,
        headers: { 'idempotency-key': key },
      }),
    /** Refused with `VERSION_CONFLICT` when the listing has changed since `seen` was read. */
    editListing: (seen: Listing, body: EditListing) =>
      call<Reply<'editListing'>>({
        method: 'PATCH',
        path: listing(seen.id),
        body,
        headers: ifMatch(seen),
      }),
    changeListingState: (id: string, body: ChangeListingState) =>
      post<Reply<'changeListingState'>>(`${listing(id)}/state`, body),
    /** Refused with the wait when it is too early; `bump` of the listing says when it may be. */
    bumpListing: (id: string) =>
      call<Reply<'bumpListing'>>({ method: 'POST', path: `${listing(id)}/bump` }),
    /** The present price first. */
    listPrices: (id: string, page: Page = {}) =>
      get<Reply<'listPrices'>>(`${listing(id)}/price-history`, { ...page }),
    addFavourite: (id: string) =>
      call<Reply<'addFavourite'>>({ method: 'PUT', path: `${listing(id)}/favourite` }),
    removeFavourite: (id: string) =>
      call<null>({ method: 'DELETE', path: `${listing(id)}/favourite` }),
    /** The last added first. */
    listFavourites: (page: Page = {}) =>
      get<Reply<'listFavourites'>>('/me/favourites', { ...page }),
    removeListing: (id: string) => call<null>({ method: 'DELETE', path: listing(id) }),
  };
}
