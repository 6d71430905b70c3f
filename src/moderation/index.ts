import type { Connection } from 'mongoose';
import type { ConversationStore, MessageStore } from '../conversations/index.js';
import type { ListingStore } from '../listings/index.js';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks, UserStore } from '../users/index.js';
import { createMakeReport } from './make-report.js';
import { ReportStore } from './report.store.js';

export { presentReport, type Report } from './report.js';
export { ReportStore } from './report.store.js';
export type ModerationCommands = ReturnType<typeof createModeration>['commands'];

/** Builds the slice: what people tell the moderators. */
export function createModeration(deps: {
  mongo: Connection;
  users: UserStore;
  blocks: Blocks;
  listings: ListingStore;
  conversations: ConversationStore;
  messages: MessageStore;
  quota: Quota;
  clock: Clock;
}) {
  const reports = new ReportStore(deps.mongo);
  return {
    commands: { report: createMakeReport({ ...deps, reports }) },
    prepare: () => reports.prepare(),
  };
}
