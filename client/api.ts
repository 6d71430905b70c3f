import type {
  CreateListing,
  EditListing,
  Endpoints,
  ListListings,
  Listing,
  ReplyOf,
} from './contract-types.js';
import { HaggleError } from './haggle-error.js';
import { ifMatch, type Http, type HttpRequest } from './http.js';
import type { Session } from './session.js';

type Reply<Name extends keyof Endpoints> = ReplyOf<Endpoints[Name]>;
interface Page {
  limit?: number;
  cursor?: string;
}
interface Account {
  email: string;
  password: string;
}
/** What the seller fills in; the server has a default for the rest. */
export type ListingDraft = Omit<CreateListing, 'currency'> &
  Partial<Pick<CreateListing, 'currency'>>;

export type Api = ReturnType<typeof createApi>;

/** The REST door: one function for each endpoint, named like it in the contract. */
export function createApi(http: Http, session: Session) {
  const open = async <T>(request: HttpRequest): Promise<T> => (await http(request)) as T;

  /** Signed in; a token that was refused as too old is renewed once. */
  const call = async <T>(request: HttpRequest): Promise<T> => {
    const token = await session.token();
    try {
      return (await http(request, token)) as T;
    } catch (error) {
      if (!(error instanceof HaggleError) || error.code !== 'TOKEN_EXPIRED') throw error;
      return (await http(request, await session.token(token))) as T;
    }
  };
  const get = <T>(path: string, query?: HttpRequest['query']) =>
    call<T>({ method: 'GET', path, query });
  const conversation = (id: string) => `/conversations/${encodeURIComponent(id)}`;
  const listing = (id: string) => `/listings/${encodeURIComponent(id)}`;

  return {
    // Field by field: the server refuses a body with more in it, such as a whole demo account.
    signUp: ({ email, password, nickname }: Account & { nickname: string }) =>
      open<Reply<'signUp'>>({
        method: 'POST',
        path: '/auth/sign-up',
        body: { email, password, nickname },
      }),
    logIn: ({ email, password }: Account) =>
      open<Reply<'logIn'>>({ method: 'POST', path: '/auth/login', body: { email, password } }),
    verifyEmail: (token: string) =>
      open<Reply<'verifyEmail'>>({ method: 'POST', path: '/auth/verify-email', body: { token } }),
    resendVerification: () => call<null>({ method: 'POST', path: '/auth/verify-email/resend' }),
    logOut: () => call<null>({ method: 'POST', path: '/auth/logout' }),
    demoAccounts: () => open<Reply<'demoAccounts'>>({ method: 'GET', path: '/demo/accounts' }),
    listCategories: () => open<Reply<'listCategories'>>({ method: 'GET', path: '/categories' }),

    getMe: () => get<Reply<'getMe'>>('/me'),
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

    openConversation: (listingId: string) =>
      call<Reply<'openConversation'>>({
        method: 'POST',
        path: '/conversations',
        body: { listingId },
      }),
    listConversations: (page: Page & { box?: 'active' | 'archived' } = {}) =>
      get<Reply<'listConversations'>>('/conversations', { ...page }),
    getConversation: (id: string) => get<Reply<'getConversation'>>(conversation(id)),
    /** `beforeSeq` descends, `afterSeq` ascends. */
    readHistory: (
      id: string,
      query: { beforeSeq?: number; afterSeq?: number; limit?: number } = {},
    ) => get<Reply<'readHistory'>>(`${conversation(id)}/messages`, { ...query }),
    getOffer: (id: string) => get<Reply<'getOffer'>>(`/offers/${encodeURIComponent(id)}`),
  };
}
