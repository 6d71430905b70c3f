/**
 * The endpoints around the chat: account, listings, categories, people, blocks, search. An entry point of its own: an
 * app that only chats doesn't carry it.
 */
import type { Call } from './api.js';
import type {
  CreateListing,
  EditListing,
  ListListings,
  Listing,
  Replies,
  SearchMessages,
} from './contract-types.js';
import { ifMatch, type HttpRequest } from './http.js';

type Reply<Name extends keyof Replies> = Replies[Name];
interface Page {
  limit?: number;
  cursor?: string;
}

/** What the seller fills in; the server has a default for the rest. */
export type ListingDraft = Omit<CreateListing, 'currency'> &
  Partial<Pick<CreateListing, 'currency'>>;

export type MarketApi = ReturnType<typeof createMarketApi>;

/** One function for each endpoint, named like it in the contract; takes the `call` of a client. */
export function createMarketApi({ call }: { call: Call }) {
  const get = <T>(path: string, query?: HttpRequest['query']) =>
    call<T>({ method: 'GET', path, query });
  const listing = (id: string) => `/listings/${encodeURIComponent(id)}`;
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
    getOffer: (id: string) => get<Reply<'getOffer'>>(`/offers/${encodeURIComponent(id)}`),
    searchMessages: (query: Partial<SearchMessages> & { q: string }) =>
      get<Reply<'searchMessages'>>('/messages/search', { ...query }),
    listBlocks: (page: Page = {}) => get<Reply<'listBlocks'>>('/me/blocks', { ...page }),
    blockUser: (id: string) =>
      call<Reply<'blockUser'>>({ method: 'PUT', path: `/me/blocks/${encodeURIComponent(id)}` }),
    unblockUser: (id: string) =>
      call<null>({ method: 'DELETE', path: `/me/blocks/${encodeURIComponent(id)}` }),
    listCategories: () =>
      call<Reply<'listCategories'>>({ open: true, method: 'GET', path: '/categories' }),
    listMyListings: (page: Page = {}) => get<Reply<'listMyListings'>>('/me/listings', { ...page }),
    getUser: (id: string) => get<Reply<'getUser'>>(`/users/${encodeURIComponent(id)}`),
    listListings: ({ near, ...rest }: Partial<ListListings>) =>
      get<Reply<'listListings'>>('/listings', {
        ...rest,
        near: near && `${near.latitude},${near.longitude}`,
      }),
    getListing: (id: string) => get<Reply<'getListing'>>(listing(id)),
    /** `key` is made once per filled-in form, so that a second tap lists the thing once. */
    createListing: (body: ListingDraft, key: string) =>
      call<Reply<'createListing'>>({
        method: 'POST',
        path: '/listings',
        body,
        headers: { 'idempotency-key': key },
      }),
    /** Refused with `VERSION_CONFLICT` when the listing changed since `seen` was read. */
    editListing: (seen: Listing, body: EditListing) =>
      call<Reply<'editListing'>>({
        method: 'PATCH',
        path: listing(seen.id),
        body,
        headers: ifMatch(seen),
      }),
    removeListing: (id: string) => call<null>({ method: 'DELETE', path: listing(id) }),
  };
}
