import { Refusal, tradeLimits, type DecideReport, type view } from '../contract/index.js';
import { derivedId } from '../domain/ids.js';
import {
  isSameDecision,
  mustFit,
  sanctionKinds,
  targetKey,
  type Decision,
  type Report,
} from '../domain/report.js';
import type { ModerationContext } from './moderation-context.js';
import { mustReach } from './impartial.js';
import { mustFindReport, presentQueue } from './read-reports.js';
import { layUpon } from './sanction-user.js';

/** Has the target of a report to oneself. Throws CLAIMED while somebody else has it. */
async function claim(moderation: ModerationContext, report: Report, by: string): Promise<void> {
  const now = moderation.clock();
  const until = new Date(now.getTime() + tradeLimits.claimMinutes * 60_000);
  const held = await moderation.claims.take(report, { by, until }, now);
  if (held.by !== by)
    throw new Refusal('CLAIMED', 'Another moderator looks at this report', {
      retryAfterMs: Math.max(0, held.until.getTime() - now.getTime()),
    });
}

/** What moderators do with reports; `by` is the moderator. */
export const createDecideReports = (moderation: ModerationContext) => {
  const shown = async (by: string, id: string): Promise<view.ReportInQueue> =>
    (await presentQueue(moderation, [await mustFindReport(moderation, by, id)]))[0]!;
  /** The report as it stands then: somebody else may have been first. */
  const decideFirst = async (report: Report, decision: Decision): Promise<Report> => {
    mustFit(report, decision);
    if (decision.verdict in sanctionKinds) await mustReach(moderation, decision.by, report.userId);
    await claim(moderation, report, decision.by);
    const standing = await moderation.reports.decide(report.id, decision, moderation.clock());
    await moderation.claims.release(report, decision.by);
    return standing ?? mustFindReport(moderation, decision.by, report.id);
  };
  return {
    /** Throws NOT_FOUND, CLAIMED. */
    async claim(by: string, id: string): Promise<view.ReportInQueue> {
      await claim(moderation, await mustFindReport(moderation, by, id), by);
      return shown(by, id);
    },

    async release(by: string, id: string): Promise<void> {
      await moderation.claims.release(await mustFindReport(moderation, by, id), by);
    },

    /**
     * Decides all reports of the target. The decision is stored first, so that of two at once one counts; then it is
     * followed. Whoever dies in between leaves that to the same decision sent again, or to a worker: see
     * {@link createFollowDecisions}. Throws NOT_FOUND, CLAIMED, VALIDATION_FAILED, VERSION_CONFLICT (it was decided otherwise),
     * FORBIDDEN (a sanction of somebody with more rights).
     */
    async decide(by: string, id: string, input: DecideReport): Promise<view.ReportInQueue> {
      const report = await mustFindReport(moderation, by, id);
      const decision: Decision = { ...input, by };
      const standing = report.decision ? report : await decideFirst(report, decision);
      if (!isSameDecision(standing.decision!, decision))
        throw new Refusal('VERSION_CONFLICT', 'This report was decided otherwise', {
          current: await shown(by, id),
        });
      if (standing.unfollowed) await follow(moderation, standing);
      return shown(by, id);
    },
  };
};

/** Does what follows from decisions whose process died before it had. */
export const createFollowDecisions = (moderation: ModerationContext) => ({
  name: 'report-decisions',
  due: moderation.reports.unfollowed.bind(moderation.reports),
  act: async (id: string): Promise<boolean> => {
    const report = (await moderation.reports.getMany([id])).get(id);
    if (!report?.unfollowed) return false;
    await follow(moderation, report);
    return true;
  },
});

/** Again it changes nothing: an act has an id that follows from its decision. */
async function follow(moderation: ModerationContext, report: Report): Promise<void> {
  await act(moderation, report);
  await moderation.reports.followed(report);
}

async function act(moderation: ModerationContext, report: Report): Promise<void> {
  const { userId, targetId, decidedAt, decision } = report;
  const { verdict, reason, by, ...more } = decision!;
  if (verdict === 'dismiss' || reason === undefined) return;
  if (verdict === 'blind') return void (await moderation.moderateListing(targetId, reason));
  const sanction = {
    // The same for all reports that were decided together.
    id: derivedId('sanction', targetKey(report), verdict, decidedAt!.toISOString()),
    kind: sanctionKinds[verdict],
    reason,
    ...more,
  };
  await layUpon(moderation, userId, sanction, by);
}
