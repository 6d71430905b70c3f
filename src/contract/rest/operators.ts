/**
 * What operators and moderators do: the queue of reports, contests, sanctions; for operators the trail of all that was
 * done; for admins words to watch for, and who has which role.
 */
import { z } from 'zod';
import { limits } from '../limits.js';
import { PageQuery, page, textIfAny, writtenLine } from '../primitives.js';
import { tradeLimits } from '../trade-limits.js';
import {
  AuditEntry,
  ContestInQueue,
  ContestedNoShow,
  Listing,
  ReportInQueue,
  ReportReason,
  ReportTarget,
  ReportedSubject,
  Role,
  RoleHolder,
  Sanction,
  User,
  Verdict,
  Watchword,
  WatchwordKind,
} from '../views.js';
import { endpointsOf } from './endpoint.js';

const admin = endpointsOf('admin', 'admin');
const operator = endpointsOf('admin', 'operator');
const moderator = endpointsOf('admin', 'moderator');

const Reason = ReportReason.optional().describe('Told to the person');
const Note = textIfAny(limits.noteLength).describe('For other operators only');
const Days = z
  .number()
  .int()
  .min(1)
  .max(tradeLimits.suspensionDays)
  .optional()
  .describe('Of a suspension');

/** A suspension has days and nothing else has; whatever is told to a person has a reason. */
function fits(
  { days, reason }: { days?: number | undefined; reason?: string | undefined },
  is: { suspension: boolean; told: boolean },
  issues: z.core.$RefinementCtx,
): void {
  const say = (path: string, message: string) =>
    issues.addIssue({ code: 'custom', path: [path], message });
  if (is.suspension && days === undefined) say('days', 'is how long a suspension lasts');
  if (!is.suspension && days !== undefined) say('days', 'goes with a suspension only');
  if (is.told && reason === undefined) say('reason', 'is what the person is told');
}

const DecideReport = z
  .strictObject({ verdict: Verdict, reason: Reason, days: Days, note: Note })
  .superRefine((input, issues) =>
    fits(
      input,
      { suspension: input.verdict === 'suspend', told: input.verdict !== 'dismiss' },
      issues,
    ),
  );
export type DecideReport = z.infer<typeof DecideReport>;

const SanctionUser = z
  .strictObject({
    kind: z.enum(['warning', 'suspension', 'ban', 'none']).describe('none: lifts what is in force'),
    reason: Reason,
    days: Days,
    note: Note,
  })
  .superRefine((input, issues) =>
    fits(input, { suspension: input.kind === 'suspension', told: input.kind !== 'none' }, issues),
  );
export type SanctionUser = z.infer<typeof SanctionUser>;

const DecideContest = z.strictObject({ verdict: z.enum(['uphold', 'overturn']), note: Note });
export type DecideContest = z.infer<typeof DecideContest>;

const SetRole = z.strictObject({ role: z.enum([...Role.options, 'none']) });
export type SetRole = z.infer<typeof SetRole>;

const claimed = `for ${tradeLimits.claimMinutes} minutes, or until it is decided`;

export const operatorEndpoints = {
  listReports: moderator.get('/admin/reports', {
    summary:
      'The queue of reports: those that wait, the oldest first; or the decided, newest first',
    query: z.strictObject({
      ...PageQuery,
      state: z.enum(['open', 'decided']).default('open'),
      targetType: ReportTarget.optional(),
      reason: ReportReason.optional(),
    }),
    reply: page(ReportInQueue),
  }),
  getReport: moderator.get('/admin/reports/:id', {
    summary: 'A report with what it is about, as it is now',
    reply: ReportedSubject,
    errors: ['NOT_FOUND'],
  }),
  claimReport: moderator.put('/admin/reports/:id/claim', {
    summary: `Have a report, and all others of the same target, to oneself ${claimed}`,
    reply: ReportInQueue,
    errors: ['NOT_FOUND', 'CLAIMED'],
  }),
  releaseReport: moderator.delete('/admin/reports/:id/claim', {
    summary: 'Leave it to others; what one has not is no error',
    errors: ['NOT_FOUND'],
  }),
  decideReport: moderator.post('/admin/reports/:id/decision', {
    summary:
      'Decide it, and all reports of the same target that wait; the same again changes nothing',
    body: DecideReport,
    success: [200],
    reply: ReportInQueue,
    errors: ['NOT_FOUND', 'CLAIMED', 'VERSION_CONFLICT'],
  }),
  listSanctions: moderator.get('/admin/users/:id/sanctions', {
    summary: 'Warnings, suspensions and bans of a person, newest first',
    reply: page(Sanction),
    errors: ['NOT_FOUND'],
  }),
  sanctionUser: moderator.put('/admin/users/:id/sanction', {
    summary: 'Warn, suspend or ban a person, or lift what is in force',
    description:
      'A suspension or ban ends all sessions and sockets of the person at once, and nobody signs in until it ends.',
    body: SanctionUser,
    reply: page(Sanction),
    errors: ['NOT_FOUND'],
  }),
  blindListing: moderator.put('/admin/listings/:id/blinding', {
    summary: 'Take a listing out of sight of all but its owner, who is told why; its offers close',
    body: z.strictObject({ reason: ReportReason }),
    reply: Listing,
    errors: ['NOT_FOUND'],
  }),
  unblindListing: moderator.delete('/admin/listings/:id/blinding', {
    summary: 'Put a blinded listing back where it was',
    success: [200],
    reply: Listing,
    errors: ['NOT_FOUND'],
  }),
  listContests: moderator.get('/admin/contests', {
    summary: 'Contested no-shows that wait, the oldest first',
    query: z.strictObject(PageQuery),
    reply: page(ContestInQueue),
  }),
  getContest: moderator.get('/admin/contests/:id', {
    summary: 'The contest of a deal, by its id, with the deal and what the two said last',
    reply: ContestedNoShow,
    errors: ['NOT_FOUND'],
  }),
  decideContest: moderator.post('/admin/contests/:id/decision', {
    summary: 'Decide the contest of a deal, by its id; what is overturned counts no more',
    body: DecideContest,
    success: [200],
    reply: ContestInQueue,
    errors: ['NOT_FOUND', 'VERSION_CONFLICT'],
  }),
  listModerators: admin.get('/admin/moderators', {
    summary: 'People who are moderators',
    reply: page(User),
  }),
  listOperators: admin.get('/admin/operators', {
    summary: 'People who have the role of an operator',
    reply: page(User),
  }),
  listRoles: admin.get('/admin/roles', {
    summary: 'People with a role, and whether they have a second factor',
    reply: page(RoleHolder),
  }),
  setRole: admin.put('/admin/users/:id/role', {
    summary:
      'Give a person a role in place of the one before, or take it; it counts from the next call on',
    body: SetRole,
    errors: ['NOT_FOUND'],
  }),
  resetSecondFactor: admin.delete('/admin/users/:id/second-factor', {
    summary: 'Take the second factor of somebody else away, who has lost it; again is no error',
    description:
      'They set up a new one with their password. Somebody must know that it is them who ask.',
  }),
  listAudit: operator.get('/admin/audit', {
    summary: 'What operators did, and who failed to sign in as one; newest first, never changed',
    query: z.strictObject(PageQuery),
    reply: page(AuditEntry),
  }),
  listWatchwords: admin.get('/admin/watchwords', {
    summary: 'Terms that may not stand in listings, and numbers of known fraud',
    query: z.strictObject({ ...PageQuery, kind: WatchwordKind.optional() }),
    reply: page(Watchword),
  }),
  addWatchword: admin.post('/admin/watchwords', {
    summary: 'Watch for a word; one that is there already is answered (201 new, 200)',
    body: z.strictObject({
      kind: WatchwordKind,
      text: writtenLine(tradeLimits.watchwordLength),
    }),
    success: [201, 200],
    reply: Watchword,
    errors: ['FORBIDDEN'],
  }),
  removeWatchword: admin.delete('/admin/watchwords/:id', {
    summary: 'Watch for it no more; one that is not there is no error',
  }),
} as const;
