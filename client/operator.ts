/**
 * What operators do: see what became of a message, put pushes back that were given up, send webhooks again, read the
 * audit trail. A separate entry point, for the few who have the role: `session.user.role` says whether one has it, and
 * the gateway refuses everybody else (`FORBIDDEN`), and who has to show a second factor first (`SECOND_FACTOR_NEEDED`, see
 * the entry point `account`). Operators may do what moderators do, and admins what both do.
 */
import type { Call } from './api.js';
import type {
  OneMessage,
  Replies,
  ReplayWebhooks,
  WebhookState,
  WebhookType,
} from './contract-types.js';
import type { HttpRequest } from './http.js';

export type {
  AuditEntry,
  DeadLetter,
  DeliveryTrace,
  OneMessage,
  ReplayWebhooks,
  TracedRecipient,
  WebhookEvent,
  WebhookState,
  WebhookType,
} from './contract-types.js';

type Reply<Name extends keyof Replies> = Replies[Name];
interface Page {
  limit?: number;
  cursor?: string;
}
export interface WebhookFilter {
  state?: WebhookState | undefined;
  type?: WebhookType | undefined;
}

export type OperatorApi = ReturnType<typeof createOperatorApi>;

/** One function for each endpoint, named like it in the contract; takes the `call` of a client. */
export function createOperatorApi({ call }: { call: Call }) {
  const get = <T>(path: string, query?: HttpRequest['query']) =>
    call<T>({ method: 'GET', path: `/admin${path}`, query });
  const post = <T>(path: string, body?: object) =>
    call<T>({ method: 'POST', path: `/admin${path}`, body });
  return {
    /** What operators and moderators did, and who failed to sign in as one; newest first. */
    listAudit: (page: Page = {}) => get<Reply<'listAudit'>>('/audit', { ...page }),
    /** What became of one message, by its id or by conversation and `seq`; without its words. `NOT_FOUND`: there is none. */
    traceDelivery: (which: OneMessage) => get<Reply<'traceDelivery'>>('/deliveries', { ...which }),
    /** Pushes that were given up in the last fourteen days, newest first. */
    listDeadLetters: (page: Page = {}) =>
      get<Reply<'listDeadLetters'>>('/dead-letters', { ...page }),
    /** Who was told is not told again. `NOT_FOUND`: it is not there any more. */
    redriveDeadLetter: (id: string) =>
      post<null>(`/dead-letters/${encodeURIComponent(id)}/redrive`),
    /** All, or all of exactly this reason; at most a thousand at once. */
    redriveDeadLetters: (which: { reason?: string } = {}) =>
      post<Reply<'redriveDeadLetters'>>('/dead-letters/redrive', which),
    /** Events of the webhooks of the last fourteen days, newest first. */
    listWebhooks: (query: WebhookFilter & Page = {}) =>
      get<Reply<'listWebhooks'>>('/webhooks', { ...query }),
    /** Sends events again under the same ids: by id, or all of a stretch of time. */
    replayWebhooks: (which: ReplayWebhooks) =>
      post<Reply<'replayWebhooks'>>('/webhooks/replay', which),
    /** Sends again to an endpoint that had answered 410. */
    enableWebhooks: () => post<null>('/webhooks/enable'),
  };
}
