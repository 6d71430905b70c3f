import { z } from 'zod';
import { Id, Timestamp } from '../primitives.js';
import { reportReasons } from '../report-reasons.js';

export const ReportTarget = z.enum(['user', 'listing', 'message']).meta({ id: 'ReportTarget' });

export const ReportReason = z.enum(reportReasons).meta({ id: 'ReportReason' });

export const Report = z
  .object({
    id: Id,
    targetType: ReportTarget,
    targetId: Id,
    reason: ReportReason,
    note: z.string().optional(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Report', description: 'What a person told the moderators' });

export type ReportTarget = z.infer<typeof ReportTarget>;
export type ReportReason = z.infer<typeof ReportReason>;
export type Report = z.infer<typeof Report>;
