import { Refusal, invalid, tradeLimits, type DecideReport, type view } from '../contract/index.js';
import { derivedId } from '../domain/ids.js';
import type { ModerationContext } from './moderation-context.js';
import { mustFindReport, presentQueue } from './read-reports.js';
import type { Decision, Report } from './report.js';
import { layUpon } from './sanction-user.js';

/** Has the target of a report to oneself. Throws CLAIMED while somebody else has it. */
async function claim(moderation: ModerationContext, report: Report, by: string): Promise<void> {
  const now = moderation.clock();
  const until = new Date(now.getTime() + tradeLimits.claimMinutes * 60_000);
  const held = await moderation.claims.take(report, { by, until }, now);
  if (held.by !== by)
    throw new Refusal('CLAIMED', `${held.by} looks at it`, {
      retryAfterMs: Math.max(0, held.until.getTime() - now.getTime()),
    });
}

/** What moderators do with reports; `by` is the moderator. */
export const createDecideReports = (moderation: ModerationContext) => {
  const shown = async (id: string): Promise<view.ReportInQueue> =>
    (await presentQueue(moderation, [await mustFindReport(moderation, id)]))[0]!;
  return {
    /** Throws NOT_FOUND, CLAIMED. */
    async claim(by: string, id: string): Promise<view.ReportInQueue> {
      await claim(moderation, await mustFindReport(moderation, id), by);
      return shown(id);
    },

    async release(by: string, id: string): Promise<void> {
      await moderation.claims.release(await mustFindReport(moderation, id), by);
    },

    /**
     * Decides all reports of the target. What follows is done first, and can be repeated: whoever dies in between leaves
     * a report that waits, and the next decision does it once. Throws NOT_FOUND, CLAIMED, VALIDATION_FAILED,
     * VERSION_CONFLICT (it was decided otherwise).
     */
    async decide(by: string, id: string, input: DecideReport): Promise<view.ReportInQueue> {
      const report = await mustFindReport(moderation, id);
      const decision: Decision = { ...input, by };
      if (report.decision) {
        if (!isSame(report.decision, decision))
          throw new Refusal('VERSION_CONFLICT', 'It is decided', { current: await shown(id) });
        return shown(id);
      }
      if (input.verdict === 'blind' && report.targetType !== 'listing')
        throw invalid('verdict', 'is for listings only');
      await claim(moderation, report, by);
      await follow(moderation, report, decision);
      await moderation.reports.decide(report, decision, moderation.clock());
      await moderation.claims.release(report, by);
      return shown(id);
    },
  };
};

const isSame = (one: Decision, other: Decision): boolean =>
  one.verdict === other.verdict && one.reason === other.reason && one.days === other.days;

const kinds = { warn: 'warning', suspend: 'suspension', ban: 'ban' } as const;

async function follow(
  moderation: ModerationContext,
  { id, userId, targetId }: Report,
  { verdict, reason, days, note, by }: Decision,
): Promise<void> {
  if (verdict === 'dismiss' || reason === undefined) return;
  if (verdict === 'blind') return void (await moderation.moderateListing(targetId, reason));
  const more = { ...(days === undefined ? {} : { days }), ...(note === undefined ? {} : { note }) };
  const sanction = {
    id: derivedId('sanction', id, verdict),
    kind: kinds[verdict],
    reason,
    ...more,
  };
  await layUpon(moderation, userId, sanction, by);
}
