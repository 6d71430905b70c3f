import { Refusal } from '../contract/errors.js';
import type { view } from '../contract/index.js';
import { dayMs } from './temperature.js';

/** What an operator laid upon a person. Only its end is ever changed. */
export interface Sanction {
  id: string;
  userId: string;
  kind: view.SanctionKind;
  reason: view.ReportReason;
  note?: string;
  /** The operator. */
  by: string;
  at: Date;
  /** The end of a suspension; null: it has none. */
  until: Date | null;
  /** An operator took it back; null: it stands. */
  liftedAt: Date | null;
}

/** What is laid; `days`: how long a suspension lasts. */
export type Laid = Pick<Sanction, 'id' | 'kind' | 'reason' | 'note'> & { days?: number };

export const sanctionOf = (
  { days, ...laid }: Laid,
  { userId, by }: Pick<Sanction, 'userId' | 'by'>,
  now: Date,
): Sanction => ({
  ...laid,
  userId,
  by,
  at: now,
  until: days === undefined ? null : new Date(now.getTime() + days * dayMs),
  liftedAt: null,
});

/** Time in which the same sanction by the same operator is a double click, or a try after one that failed (ms). */
const repeatMs = 60_000;

/** Whether laying this now would lay `known` a second time. */
export const isRepeat = (
  known: Sanction,
  { kind, reason, days }: Omit<Laid, 'id'>,
  by: string,
  now: Date,
): boolean =>
  known.kind === kind &&
  known.reason === reason &&
  known.by === by &&
  daysOf(known) === days &&
  known.liftedAt === null &&
  now.getTime() - known.at.getTime() < repeatMs &&
  (known.until === null || known.until > now);

const daysOf = ({ at, until }: Sanction): number | undefined =>
  until ? (until.getTime() - at.getTime()) / dayMs : undefined;

export const presentSanction = ({ at, until, liftedAt, ...sanction }: Sanction): view.Sanction => ({
  ...sanction,
  at: at.toISOString(),
  ...(until ? { until: until.toISOString() } : {}),
  ...(liftedAt ? { liftedAt: liftedAt.toISOString() } : {}),
});

/** What keeps people out unless it has ended or was lifted. */
export const excluding: readonly view.SanctionKind[] = ['suspension', 'ban'];

/** Whether it keeps the person out now. */
export const isInForce = (
  { kind, until, liftedAt }: Pick<Sanction, 'kind' | 'until' | 'liftedAt'>,
  now: Date,
): boolean => excluding.includes(kind) && liftedAt === null && (!until || until > now);

/** Throws ACCOUNT_SUSPENDED, with the wait unless it is for good, where one of them keeps the person out. */
export function mustBeFree(
  sanctions: readonly Pick<Sanction, 'kind' | 'reason' | 'until' | 'liftedAt'>[],
  now: Date,
): void {
  const standing = sanctions.filter((one) => isInForce(one, now));
  const [first] = standing;
  if (!first) return;
  const end = Math.max(...standing.map(({ until }) => until?.getTime() ?? Infinity));
  throw end === Infinity
    ? new Refusal('ACCOUNT_SUSPENDED', `The account is banned: ${first.reason}`)
    : new Refusal(
        'ACCOUNT_SUSPENDED',
        `The account is suspended until ${new Date(end).toISOString()}: ${first.reason}`,
        { retryAfterMs: end - now.getTime() },
      );
}
