import type { ChangeMembership, Replies } from './contract-types.js';
import type { Credentials } from './tokens.js';
import { HaggleError, refusesToken } from './haggle-error.js';
import type { Http, HttpRequest } from './http.js';

type Reply<Name extends keyof Replies> = Replies[Name];
interface Account {
  email: string;
  password: string;
}
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
      if (request.method !== 'GET' || HaggleError.from(error).code !== 'UNAUTHENTICATED')
        throw error;
      return undefined;
    });
    try {
      return (await http(request, token)) as T;
    } catch (error) {
      if (!token || !refusesToken(HaggleError.from(error).code)) throw error;
      return (await http(request, await credentials.token(token))) as T;
    }
  };

/** The REST door of accounts and chat: one function for each endpoint, named like it in the contract. */
export function createApi(call: Call) {
  const get = <T>(path: string, query?: HttpRequest['query']) =>
    call<T>({ method: 'GET', path, query });
  const open = <T>(path: string, body: object) =>
    call<T>({ open: true, method: 'POST', path, body });
  const conversation = (id: string) => `/conversations/${encodeURIComponent(id)}`;
  const membership = (id: string) => `${conversation(id)}/me`;

  return {
    // Passed field by field: the server refuses a body with more in it, such as a whole demo account.
    signUp: ({ email, password, nickname }: Account & { nickname: string }) =>
      open<Reply<'signUp'>>('/auth/sign-up', { email, password, nickname }),
    logIn: ({ email, password }: Account) =>
      open<Reply<'logIn'>>('/auth/login', { email, password }),

    openConversation: (listingId: string) =>
      call<Reply<'openConversation'>>({
        method: 'POST',
        path: '/conversations',
        body: { listingId },
      }),
    listConversations: (query?: {
      box?: 'active' | 'archived';
      limit?: number;
      cursor?: string | undefined;
    }) => get<Reply<'listConversations'>>('/conversations', query),
    getConversation: (id: string) => get<Reply<'getConversation'>>(conversation(id)),
    /** `beforeSeq` pages backwards, `afterSeq` forwards. */
    readHistory: (
      id: string,
      query: { beforeSeq?: number; afterSeq?: number; limit?: number } = {},
    ) => get<Reply<'readHistory'>>(`${conversation(id)}/messages`, query),
    changeMembership: (id: string, change: ChangeMembership) =>
      call<Reply<'changeMembership'>>({
        method: 'PATCH',
        path: membership(id),
        body: change,
      }),
    leaveConversation: (id: string) => call<null>({ method: 'DELETE', path: membership(id) }),
  };
}
