import { Refusal, type view } from '../contract/index.js';
import { presentMessage } from '../domain/message-view.js';
import { readPage } from '../platform/pages.js';
import { presentPeople } from '../users/index.js';
import type { ModerationContext } from './moderation-context.js';
import { presentReport, targetKey, type Report } from './report.js';
import { presentSanction } from './sanction-user.js';

/** Throws NOT_FOUND. */
export async function mustFindReport(
  { reports }: Pick<ModerationContext, 'reports'>,
  id: string,
): Promise<Report> {
  const found = (await reports.getMany([id])).get(id);
  if (!found) throw new Refusal('NOT_FOUND', 'No such report');
  return found;
}

/** Reports as moderators see them: with who reported whom, who looks at them, and what was decided. */
export async function presentQueue(
  { reports, claims, clock }: ModerationContext,
  shown: Report[],
): Promise<view.ReportInQueue[]> {
  const [alike, claimed] = await Promise.all([reports.alike(shown), claims.of(shown, clock())]);
  return shown.map((report) => {
    const { userId, reporterId, decision, decidedAt } = report;
    const claim = claimed.get(targetKey(report));
    return {
      report: presentReport(report),
      userId,
      reporterId,
      alike: alike.get(targetKey(report)) ?? 1,
      claim: claim ? { by: claim.by, until: claim.until.toISOString() } : null,
      decision: decision && decidedAt && { ...decision, at: decidedAt.toISOString() },
    };
  });
}

/** What moderators read: the queue, and one report with what it is about. */
export const createReadReports = (moderation: ModerationContext) => ({
  async list(query: {
    state: 'open' | 'decided';
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ items: view.ReportInQueue[]; nextCursor: string | null }> {
    const { shown, nextCursor } = await readPage(
      ['reports', query.state],
      query,
      (after, limit) => moderation.reports.queue(query.state, limit, after),
      ({ createdAt, decidedAt, id }) => [(decidedAt ?? createdAt).getTime(), id],
    );
    return { items: await presentQueue(moderation, shown), nextCursor };
  },

  async get(id: string): Promise<view.ReportedSubject> {
    const report = await mustFindReport(moderation, id);
    const { targetType, targetId, userId } = report;
    const { users, listings, messages, originals } = moderation;
    const [[inQueue], person, sanctions] = await Promise.all([
      presentQueue(moderation, [report]),
      presentPeople(users, [userId]),
      moderation.sanctions.of(userId),
    ]);
    const listing = targetType === 'listing' ? await listings.get(targetId) : null;
    const entry = targetType === 'message' ? await messages.byId(targetId) : null;
    const said = entry && (await originals.textOf(entry));
    return {
      inQueue: inQueue!,
      user: person(userId),
      sanctions: sanctions.map(presentSanction),
      ...(listing
        ? { listing: (await moderation.presentListings([listing], { userId }))[0]! }
        : {}),
      ...(entry ? { message: presentMessage(entry, null) } : {}),
      ...(said ? { original: said } : {}),
    };
  },
});
