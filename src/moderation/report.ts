import type { view } from '../contract/index.js';

/** What a person told the moderators about another; never changed. */
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
}

export const presentReport = (report: Report): view.Report => ({
  id: report.id,
  targetType: report.targetType,
  targetId: report.targetId,
  reason: report.reason,
  ...(report.note === undefined ? {} : { note: report.note }),
  createdAt: report.createdAt.toISOString(),
});
