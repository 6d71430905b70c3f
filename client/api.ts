import type {
  CreateListing,
  EditListing,
  ListListings,
  Listing,
  Replies,
  ChangeMembership,
  Image,
  SearchMessages,
} from './contract-types.js';
import type { Credentials } from './credentials.js';
import { HaggleError, refusesToken } from './haggle-error.js';
import { ifMatch, type Http, type HttpRequest } from './http.js';

type Reply<Name extends keyof Replies> = Replies[Name];
interface Page {
  limit?: number;
  cursor?: string;
}
interface Account {
  email: string;
  password: string;
}
/** The bytes of a picture, or (in React Native) where the device keeps it. */
export type Upload = Blob | { uri: string; name: string; type: string };

/** Pictures may go out over a slow phone link. */
const uploadWithinMs = 120_000;

/** What the seller fills in; the server has a default for the rest. */
export type ListingDraft = Omit<CreateListing, 'currency'> &
  Partial<Pick<CreateListing, 'currency'>>;

export type Api = ReturnType<typeof createApi>;

/** The REST door: one function for each endpoint, named like it in the contract. */
export function createApi(http: Http, credentials: Credentials) {
  const open = async <T>(request: HttpRequest): Promise<T> => (await http(request)) as T;

  /** Signed in; another token is asked for once when the first was refused. */
  const call = async <T>(request: HttpRequest): Promise<T> => {
    const token = await credentials.token();
    try {
      return (await http(request, token)) as T;
    } catch (error) {
      if (!(error instanceof HaggleError) || !refusesToken(error.code)) throw error;
      return (await http(request, await credentials.token(token))) as T;
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
    changeMembership: (id: string, change: ChangeMembership) =>
      call<Reply<'changeMembership'>>({
        method: 'PATCH',
        path: `${conversation(id)}/me`,
        body: change,
      }),
    leaveConversation: (id: string) =>
      call<null>({ method: 'DELETE', path: `${conversation(id)}/me` }),
    searchMessages: (query: Partial<SearchMessages> & { q: string }) =>
      get<Reply<'searchMessages'>>('/messages/search', { ...query }),
    uploadImage: (image: Upload): Promise<Image> => {
      const form: { append(name: string, value: unknown): void } = new FormData();
      // React Native names a file on the device where others hold its bytes.
      form.append('image', image);
      return call<Reply<'uploadImage'>>({
        method: 'POST',
        path: '/images',
        body: form,
        withinMs: uploadWithinMs,
      });
    },
    listBlocks: (page: Page = {}) => get<Reply<'listBlocks'>>('/me/blocks', { ...page }),
    blockUser: (id: string) =>
      call<Reply<'blockUser'>>({ method: 'PUT', path: `/me/blocks/${encodeURIComponent(id)}` }),
    unblockUser: (id: string) =>
      call<null>({ method: 'DELETE', path: `/me/blocks/${encodeURIComponent(id)}` }),
    getOffer: (id: string) => get<Reply<'getOffer'>>(`/offers/${encodeURIComponent(id)}`),
  };
}
