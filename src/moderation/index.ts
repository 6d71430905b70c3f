import { limits } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Conversations } from '../conversations/index.js';
import type { Listings } from '../listings/index.js';
import type { Users } from '../users/index.js';
import { createMakeReport } from './make-report.js';
import { presentReport } from './report.js';
import { ReportStore } from './report.store.js';

export type ModerationCommands = ReturnType<typeof createModeration>['commands'];

/** Builds the slice: what people tell the moderators. */
export function createModeration(
  { mongo, quotas, clock, store }: Context,
  below: { users: Users; listings: Listings; conversations: Conversations },
) {
  const { users, blocks } = below.users;
  const { listings } = below.listings;
  const { conversations, messages } = below.conversations;
  const reports = store(new ReportStore(mongo));
  const quota = quotas.window('reports', { limit: limits.reportsPerHour, seconds: 3600 });
  return {
    /** Reports by id as moderators see them: with who reported whom. */
    async reportsOf(ids: string[]) {
      const found = await reports.getMany(ids);
      return new Map(
        [...found.values()].map((report) => {
          const { id, userId, reporterId } = report;
          return [id, { report: presentReport(report), userId, reporterId }];
        }),
      );
    },
    commands: {
      report: createMakeReport({
        users,
        blocks,
        listings,
        conversations,
        messages,
        reports,
        quota,
        clock,
      }),
    },
  };
}
