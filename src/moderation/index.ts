import type { Context } from '../context.js';
import { presentReport } from '../domain/report.js';
import { presentSanction } from '../domain/sanction.js';
import { listOf } from '../platform/pages.js';
import { createAudit } from './audit.js';
import { createDecideReports, createFollowDecisions } from './decide-report.js';
import { createMakeReport } from './make-report.js';
import { createModerateFor } from './moderate-listing.js';
import { createModerationContext, type ModerationBelow } from './moderation-context.js';
import { createRoles } from './roles.js';
import { createReadReports } from './read-reports.js';
import { createFollowSanctions, createSanctionUser } from './sanction-user.js';
import { createScreening, createWatchwords } from './watchwords.js';

export type Moderation = ReturnType<typeof createModeration>;

/** Builds the slice: what people tell the moderators, and what they do about it. */
export function createModeration(context: Context, below: ModerationBelow) {
  const moderation = createModerationContext(context, below);
  const screening = createScreening(moderation);
  below.listings.screening.on((words) => screening.bannedTerms(words));
  below.conversations.screening.on((text) => screening.message(text));
  below.users.erasing.on((userId) => moderation.reports.forgetNotes(userId));
  below.users.exporting.on((userId) => ({
    reports: listOf(async () => (await moderation.reports.by(userId)).map(presentReport)),
    sanctions: listOf(async () =>
      // What operators wrote for each other, and who they are, stays with them.
      (await moderation.sanctions.of(userId)).map((one) => {
        const { by: _by, note: _note, ...shown } = presentSanction(one);
        return shown;
      }),
    ),
  }));
  context.news.on('watchwordsChanged', () => moderation.watchwords.forget());
  return {
    /** Reports by id as the team's own server is told of them: with who reported whom. */
    async reportsOf(ids: string[]) {
      const found = await moderation.reports.getMany(ids);
      return new Map(
        [...found.values()].map((report) => {
          const { id, userId, reporterId } = report;
          return [id, { report: presentReport(report), userId, reporterId }];
        }),
      );
    },
    audit: createAudit(moderation),
    /** What operators do. */
    operator: {
      reports: { ...createReadReports(moderation), ...createDecideReports(moderation) },
      people: createSanctionUser(moderation),
      listings: { moderate: createModerateFor(moderation) },
      watchwords: createWatchwords(moderation),
      roles: createRoles(moderation),
    },
    /** What a process that died has not done. */
    timers: [createFollowDecisions(moderation), createFollowSanctions(moderation)],
    commands: { report: createMakeReport(moderation) },
  };
}
