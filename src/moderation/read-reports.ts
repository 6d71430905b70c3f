import { Refusal, tradeLimits, type view } from '../contract/index.js';
import { presentAudit } from '../domain/audit.js';
import { isShown, type Entry } from '../domain/entry.js';
import { presentForModerators } from '../domain/listing-view.js';
import { presentMessage } from '../domain/message-view.js';
import { presentInQueue, targetKey, type Report } from '../domain/report.js';
import { presentSanction } from '../domain/sanction.js';
import { readPage } from '../platform/pages.js';
import { presentPeople } from '../users/index.js';
import { findPartiality } from './impartial.js';
import type { ModerationContext } from './moderation-context.js';
import { namesOf } from './roles.js';
import type { QueueFilter } from './report.store.js';

/** A report as far as it is for `by`, who must be impartial. Throws NOT_FOUND. */
export async function mustFindReport(
  moderation: Pick<ModerationContext, 'reports'>,
  by: string,
  id: string,
): Promise<Report> {
  const found = (await moderation.reports.getMany([id])).get(id);
  if (!found || (await findPartiality(moderation, by, found.userId, found)) !== undefined)
    throw new Refusal('NOT_FOUND', 'No such report');
  return found;
}

/** Reports as moderators see them. */
export async function presentQueue(
  { reports, claims, users, clock }: ModerationContext,
  shown: Report[],
): Promise<view.ReportInQueue[]> {
  const [alike, claimed] = await Promise.all([reports.alike(shown), claims.of(shown, clock())]);
  const nameOf = await namesOf({ users }, [
    ...[...claimed.values()].map(({ by }) => by),
    ...shown.map(({ decision }) => decision?.by),
  ]);
  return shown.map((report) => {
    const key = targetKey(report);
    return presentInQueue(report, { alike: alike.get(key) ?? 1, claim: claimed.get(key), nameOf });
  });
}

/** What moderators read: the queue, and one report with what it is about. */
export const createReadReports = (moderation: ModerationContext) => ({
  async list(
    by: string,
    query: QueueFilter & { limit: number; cursor?: string | undefined },
  ): Promise<{ items: view.ReportInQueue[]; nextCursor: string | null }> {
    const { shown, nextCursor } = await readPage(
      ['reports', by, query.state, query.targetType ?? '', query.reason ?? ''],
      query,
      (after, limit) => moderation.reports.queue(query, by, limit, after),
      ({ createdAt, decidedAt, id }) => [(decidedAt ?? createdAt).getTime(), id],
    );
    const own = await moderation.reports.reportedBy(by, shown);
    const theirs = shown.filter((report) => !own.has(targetKey(report)));
    return { items: await presentQueue(moderation, theirs), nextCursor };
  },

  /** Throws NOT_FOUND. */
  async get(by: string, id: string): Promise<view.ReportedSubject> {
    const report = await mustFindReport(moderation, by, id);
    const { targetType, targetId, userId, reporterId } = report;
    const { users, listings, messages, originals } = moderation;
    const [[inQueue], person, sanctions, trail] = await Promise.all([
      presentQueue(moderation, [report]),
      presentPeople(users, [userId, reporterId]),
      moderation.sanctions.of(userId),
      readTrail(moderation, report),
    ]);
    const listing = targetType === 'listing' ? await listings.get(targetId) : null;
    const [presented] = listing ? await moderation.presentListings([listing], { userId }) : [];
    const entry = targetType === 'message' ? await messages.byId(targetId) : null;
    const said = entry && (await originals.textOf(entry));
    return {
      inQueue: inQueue!,
      user: person(userId),
      sanctions: sanctions.map(presentSanction),
      ...(presented ? { listing: presentForModerators(presented) } : {}),
      ...(entry
        ? { message: presentMessage(entry, null), around: await readAround(messages, entry) }
        : {}),
      ...(said ? { original: said } : {}),
      reporter: person(reporterId),
      trail,
    };
  },
});

/** What was said right before and after an entry. */
async function readAround(
  messages: ModerationContext['messages'],
  { conversationId, seq }: Entry,
): Promise<view.Message[]> {
  const limit = tradeLimits.messagesAround;
  const [before, after] = await Promise.all([
    messages.before(conversationId, seq, limit),
    messages.after(conversationId, seq, limit),
  ]);
  return [...before.reverse(), ...after].filter(isShown).map((one) => presentMessage(one, null));
}

/** What was done about the target: through any of its reports, or on a page of its own. */
async function readTrail(moderation: ModerationContext, report: Report) {
  const reportIds = await moderation.reports.idsOf(report, tradeLimits.trailReports);
  const ids = [...new Set([report.id, report.targetId, ...reportIds])];
  const found = await moderation.audit.about(ids, tradeLimits.trailShown);
  const nameOf = await namesOf(
    moderation,
    found.map(({ by }) => by),
  );
  return found.map((entry) => presentAudit(entry, nameOf));
}
