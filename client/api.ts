import type { ChangeMembership, Image, Replies } from './contract-types.js';
import type { Credentials } from './tokens.js';
import { HaggleError, refusesToken } from './haggle-error.js';
import type { Http, HttpRequest } from './http.js';

type Reply<Name extends keyof Replies> = Replies[Name];
interface Account {
  email: string;
  password: string;
}
/** The bytes of a picture, or (in React Native) where the device keeps it. */
export type Upload = Blob | { uri: string; name: string; type: string };

/** The longest an upload may take (ms), since pictures may go over a slow phone link. */
export const uploadWithinMs = 120_000;

export type Api = ReturnType<typeof createApi>;

/** One REST call; throws {@link HaggleError}. */
export type Call = <T>(request: HttpRequest) => Promise<T>;

/**
 * Makes calls with a token, unless the request is `open`; asks once for another token when the first was refused. Who
 * is not signed in reads without one: the server says what needs it.
 */
export const createCall =
  (http: Http, credentials: Pick<Credentials, 'token'>): Call =>
  async <T>(request: HttpRequest) => {
    if (request.open) return (await http(request)) as T;
    const token = await credentials.token().catch((error: unknown) => {
      if (request.method !== 'GET' || !isSignedOut(error)) throw error;
      return undefined;
    });
    try {
      return (await http(request, token)) as T;
    } catch (error) {
      if (!token || !(error instanceof HaggleError) || !refusesToken(error.code)) throw error;
      return (await http(request, await credentials.token(token))) as T;
    }
  };

const isSignedOut = (error: unknown): boolean =>
  error instanceof HaggleError && error.code === 'UNAUTHENTICATED';

/** The REST door of accounts and chat: one function for each endpoint, named like it in the contract. */
export function createApi(call: Call) {
  const get = <T>(path: string, query?: HttpRequest['query']) =>
    call<T>({ method: 'GET', path, query });
  const conversation = (id: string) => `/conversations/${encodeURIComponent(id)}`;

  return {
    // Passed field by field: the server refuses a body with more in it, such as a whole demo account.
    signUp: ({ email, password, nickname }: Account & { nickname: string }) =>
      call<Reply<'signUp'>>({
        open: true,
        method: 'POST',
        path: '/auth/sign-up',
        body: { email, password, nickname },
      }),
    logIn: ({ email, password }: Account) =>
      call<Reply<'logIn'>>({
        open: true,
        method: 'POST',
        path: '/auth/login',
        body: { email, password },
      }),
    logOut: () => call<null>({ method: 'POST', path: '/auth/logout' }),

    openConversation: (listingId: string) =>
      call<Reply<'openConversation'>>({
        method: 'POST',
        path: '/conversations',
        body: { listingId },
      }),
    getConversation: (id: string) => get<Reply<'getConversation'>>(conversation(id)),
    /** `beforeSeq` pages backwards, `afterSeq` forwards. */
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
    uploadImage: (image: Upload, signal?: AbortSignal): Promise<Image> => {
      const form: { append(name: string, value: unknown): void } = new FormData();
      // React Native passes the name of a file where others pass its bytes.
      form.append('image', image);
      return call<Reply<'uploadImage'>>({
        method: 'POST',
        path: '/images',
        body: form,
        withinMs: uploadWithinMs,
        signal,
      });
    },
  };
}
