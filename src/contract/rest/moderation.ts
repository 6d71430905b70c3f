import { z } from 'zod';
import { limits } from '../limits.js';
import { Id, textIfAny } from '../primitives.js';
import { Report, ReportReason, ReportTarget } from '../views.js';
import { endpointsOf } from './endpoint.js';

const MakeReport = z.strictObject({
  targetType: ReportTarget,
  targetId: Id.describe('Of the person, the listing or the message'),
  reason: ReportReason,
  note: textIfAny(limits.noteLength),
});
export type MakeReport = z.infer<typeof MakeReport>;

const moderation = endpointsOf('moderation');

export const moderationEndpoints = {
  makeReport: moderation.post('/reports', {
    summary: 'Report a person, a listing or a message; again it is the first report (201 new, 200)',
    body: MakeReport,
    success: [201, 200],
    idempotent: true,
    reply: Report,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'RATE_LIMITED'],
  }),
};
