import { invalid } from '../contract/errors.js';
import type { view } from '../contract/index.js';
import { named, type NameOf } from './audit.js';

/** What a person told the moderators about another, and what they decided. */
export interface Report {
  id: string;
  reporterId: string;
  /** Whom it is about: for a listing its seller, for a message its sender. */
  userId: string;
  targetType: view.ReportTarget;
  targetId: string;
  reason: view.ReportReason;
  note?: string;
  createdAt: Date;
  /** null: it waits. */
  decidedAt: Date | null;
  decision: Decision | null;
  /** It is decided, and what follows is not done yet: the same decision again does it, or else a worker. */
  unfollowed?: true;
}

/** How all reports of one target were decided. */
export interface Decision {
  verdict: view.Verdict;
  reason?: view.ReportReason;
  days?: number;
  note?: string;
  by: string;
}

/** The target of reports; those of the same target are decided together. */
export type Target = Pick<Report, 'targetType' | 'targetId'>;

export const targetKey = ({ targetType, targetId }: Target): string => `${targetType}:${targetId}`;

export const presentReport = (report: Report): view.Report => ({
  id: report.id,
  targetType: report.targetType,
  targetId: report.targetId,
  reason: report.reason,
  ...(report.note === undefined ? {} : { note: report.note }),
  createdAt: report.createdAt.toISOString(),
});

/**
 * Nobody judges themselves, what is theirs, or what they reported, through whosever report. Says why `by` may not;
 * undefined: they may. `ownerId`: whose the target is, if it is there.
 */
export function partialityOf(
  by: string,
  ownerId: string | undefined,
  hasReported: boolean,
): string | undefined {
  if (by === ownerId) return 'Nobody judges themselves or what is theirs';
  return hasReported ? 'You reported this, so somebody else decides' : undefined;
}

/** The right of one moderator to look at a target; it ends by itself. */
export interface Claim {
  by: string;
  until: Date;
}

/** A report as moderators see it: with who reported whom, who looks at it, and what was decided. */
export const presentInQueue = (
  report: Report,
  ground: { alike: number; claim: Claim | undefined; nameOf: NameOf },
): view.ReportInQueue => {
  const { userId, reporterId, decision, decidedAt } = report;
  const { alike, claim, nameOf } = ground;
  return {
    report: presentReport(report),
    userId,
    reporterId,
    alike,
    claim: claim
      ? { by: claim.by, ...named(claim.by, nameOf), until: claim.until.toISOString() }
      : null,
    decision: decision &&
      decidedAt && {
        ...decision,
        ...named(decision.by, nameOf),
        at: decidedAt.toISOString(),
      },
  };
};

/** Throws VALIDATION_FAILED. */
export function mustFit({ targetType }: Target, { verdict }: Pick<Decision, 'verdict'>): void {
  if (verdict === 'blind' && targetType !== 'listing')
    throw invalid('verdict', 'is for listings only');
}

export const isSameDecision = (one: Decision, other: Decision): boolean =>
  one.verdict === other.verdict && one.reason === other.reason && one.days === other.days;

/** What some verdicts lay upon the person. */
export const sanctionKinds = { warn: 'warning', suspend: 'suspension', ban: 'ban' } as const;
