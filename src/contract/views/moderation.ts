import { z } from 'zod';
import { Id, Timestamp, named, oneOf } from '../primitives.js';
import { ContestInQueue, Deal } from './deals.js';
import { Message } from './messages.js';
import { Listing } from './listings.js';
import { User } from './people.js';
import { Report, ReportReason } from './reports.js';

/** What a moderator may decide about what was reported. */
export const Verdict = oneOf('Verdict', ['dismiss', 'blind', 'warn', 'suspend', 'ban']);

export const SanctionKind = oneOf('SanctionKind', ['warning', 'suspension', 'ban']);

const Reason = ReportReason.describe('Told to the person');
const Note = z.string().optional().describe('For other operators only');
const By = z
  .string()
  .describe('The id of a person with a role; `command line` or `admin` where nobody had signed in');
const ByName = z
  .string()
  .optional()
  .describe(
    'How the person is called; left out where nobody had signed in, or the account is gone',
  );

export const Decision = named('Decision', {
  verdict: Verdict,
  reason: Reason.optional(),
  days: z.number().int().optional().describe('Of a suspension'),
  note: Note,
  by: By,
  byName: ByName,
  at: Timestamp,
});

export const Sanction = named('Sanction', {
  id: Id,
  userId: Id,
  kind: SanctionKind,
  reason: Reason,
  note: Note,
  by: By,
  at: Timestamp,
  until: Timestamp.optional().describe('When a suspension ends by itself'),
  liftedAt: Timestamp.optional().describe('It counts no more since then'),
});

export const ReportInQueue = named('ReportInQueue', {
  report: Report,
  userId: Id.describe('The person whom it is about: for a listing its seller'),
  reporterId: Id,
  alike: z.number().int().describe('Reports of the same target, this one included'),
  claim: z
    .object({ by: By, byName: ByName, until: Timestamp })
    .nullable()
    .describe('Who looks at it; for all reports of the same target. null: nobody'),
  decision: Decision.nullable().describe('null: it waits'),
});

export const AuditEntry = named('AuditEntry', {
  id: Id,
  at: Timestamp,
  by: By.nullable().describe('null: nobody; somebody failed to sign in'),
  byName: ByName,
  what: z.string().describe('The act, by its name in this document, or `failedLogin`'),
  from: z.string().optional().describe('The network address, of a failed sign-in'),
  input: z
    .array(z.object({ field: z.string(), value: z.string() }))
    .describe('What the act was asked with'),
});

export const ReportedSubject = named('ReportedSubject', {
  inQueue: ReportInQueue,
  user: User,
  sanctions: z.array(Sanction).describe('Of this person, newest first'),
  listing: Listing.optional().describe('As it is now'),
  message: Message.optional().describe('As it is now'),
  original: z
    .string()
    .optional()
    .describe('What the message said before it was changed or taken back, while that is kept'),
  reporter: User.optional().describe('Who reported it'),
  around: z
    .array(Message)
    .optional()
    .describe(
      'What was said right before and after the message, by `seq`, the message itself left out',
    ),
  trail: z
    .array(AuditEntry)
    .optional()
    .describe('What was done about this target and these reports of it, newest first'),
});

export const ContestedNoShow = named('ContestedNoShow', {
  contest: ContestInQueue,
  deal: Deal.describe('As the one who is said not to have come sees it'),
  messages: z.array(Message).describe('What the two said last, by `seq`'),
});

export const WatchwordKind = oneOf('WatchwordKind', ['bannedTerm', 'fraudNumber']);

export const Watchword = named('Watchword', {
  id: Id,
  kind: WatchwordKind.describe(
    'bannedTerm: a listing with it is blinded. fraudNumber: digits of a phone or an account, masked in messages',
  ),
  text: z.string(),
  by: By,
  at: Timestamp,
});

export type Verdict = z.infer<typeof Verdict>;
export type SanctionKind = z.infer<typeof SanctionKind>;
export type Decision = z.infer<typeof Decision>;
export type Sanction = z.infer<typeof Sanction>;
export type ReportInQueue = z.infer<typeof ReportInQueue>;
export type ReportedSubject = z.infer<typeof ReportedSubject>;
export type AuditEntry = z.infer<typeof AuditEntry>;
export type ContestedNoShow = z.infer<typeof ContestedNoShow>;
export type WatchwordKind = z.infer<typeof WatchwordKind>;
export type Watchword = z.infer<typeof Watchword>;
