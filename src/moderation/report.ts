import type { view } from '../contract/index.js';

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
