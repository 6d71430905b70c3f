/**
 * What moderators do: the queue of reports, contests of no-shows, sanctions. A separate entry point, for the few who
 * have the role: `session.user.role` says whether one has it, and the gateway refuses everybody else (`FORBIDDEN`), and
 * who has to show a second factor first (`SECOND_FACTOR_NEEDED`, see the entry point `account`).
 */
import type { Call } from './api.js';
import type {
  DecideContest,
  DecideReport,
  Replies,
  ReportReason,
  ReportTarget,
  SanctionUser,
} from './contract-types.js';
import type { HttpRequest } from './http.js';

export { reportReasons } from '../src/contract/report-reasons.js';
export { hasRightsOf } from '../src/contract/roles.js';
export type {
  AuditEntry,
  ContestInQueue,
  ContestedNoShow,
  ReportInQueue,
  ReportReason,
  ReportTarget,
  ReportedSubject,
  Sanction,
  Verdict,
} from './contract-types.js';

type Reply<Name extends keyof Replies> = Replies[Name];
interface Page {
  limit?: number;
  cursor?: string;
}
export interface QueueFilter {
  /** Those that wait, the oldest first, or the decided, newest first. */
  state?: 'open' | 'decided';
  targetType?: ReportTarget | undefined;
  reason?: ReportReason | undefined;
}

export type ModerationApi = ReturnType<typeof createModerationApi>;

/** One function for each endpoint, named like it in the contract; takes the `call` of a client. */
export function createModerationApi({ call }: { call: Call }) {
  const get = <T>(path: string, query?: HttpRequest['query']) =>
    call<T>({ method: 'GET', path: `/admin${path}`, query });
  const send = <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
    call<T>({ method, path: `/admin${path}`, body });
  const report = (id: string) => `/reports/${encodeURIComponent(id)}`;
  const contest = (dealId: string) => `/contests/${encodeURIComponent(dealId)}`;
  const user = (id: string) => `/users/${encodeURIComponent(id)}`;
  const blinding = (listingId: string) => `/listings/${encodeURIComponent(listingId)}/blinding`;
  return {
    listReports: (query: QueueFilter & Page = {}) =>
      get<Reply<'listReports'>>('/reports', { ...query }),
    getReport: (id: string) => get<Reply<'getReport'>>(report(id)),
    /** Has it to oneself for a time; again renews that. `CLAIMED`: somebody else has it. */
    claimReport: (id: string) => send<Reply<'claimReport'>>('PUT', `${report(id)}/claim`),
    releaseReport: (id: string) => send<null>('DELETE', `${report(id)}/claim`),
    /**
     * Decides all reports of the target that wait. The same again changes nothing; `VERSION_CONFLICT`: somebody decided
     * otherwise. `CLAIMED`: somebody else has it.
     */
    decideReport: (id: string, decision: DecideReport) =>
      send<Reply<'decideReport'>>('POST', `${report(id)}/decision`, decision),
    /** Contested no-shows that wait, the oldest first. */
    listContests: (page: Page = {}) => get<Reply<'listContests'>>('/contests', { ...page }),
    getContest: (dealId: string) => get<Reply<'getContest'>>(contest(dealId)),
    /** `overturn`: the no-show counts no more. */
    decideContest: (dealId: string, decision: DecideContest) =>
      send<Reply<'decideContest'>>('POST', `${contest(dealId)}/decision`, decision),
    listSanctions: (userId: string) => get<Reply<'listSanctions'>>(`${user(userId)}/sanctions`),
    /** `kind: 'none'` lifts what is in force. */
    sanctionUser: (userId: string, sanction: SanctionUser) =>
      send<Reply<'sanctionUser'>>('PUT', `${user(userId)}/sanction`, sanction),
    blindListing: (listingId: string, reason: ReportReason) =>
      send<Reply<'blindListing'>>('PUT', blinding(listingId), { reason }),
    unblindListing: (listingId: string) =>
      send<Reply<'unblindListing'>>('DELETE', blinding(listingId)),
  };
}
