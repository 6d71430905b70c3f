import { Refusal } from '../../src/contract/errors.js';
import type { view } from '../../src/contract/index.js';
import { isShown } from '../../src/domain/entry.js';
import { allTalks } from './talk.js';
import type { Caller, Route } from './world.js';

/** Tells the moderators. A second report of the same target is the first one. */
export const makeReport: Route<'makeReport'> = (me, { targetType, targetId, reason, note }) => {
  const { world, userId } = me;
  const { reports } = world.state;
  const known = reports.find((one) => one.by === userId && one.report.targetId === targetId);
  if (known) return { ...known.report, duplicate: true };
  const about = whose(me, targetType, targetId);
  if (about === userId) throw new Refusal('FORBIDDEN', 'This is you, or yours');
  const report = {
    id: world.nextId('report'),
    targetType,
    targetId,
    reason,
    ...(note === undefined ? {} : { note }),
    createdAt: world.now().toISOString(),
  };
  reports.push({ by: userId, userId: about, report, decision: null });
  return report;
};

/** The person whom a report is about. Throws NOT_FOUND for what the reporter cannot see. */
function whose({ world, userId }: Caller, type: view.ReportTarget, id: string): string {
  const hidden = (other: string) =>
    world.apartFrom(userId).has(other) &&
    !world.state.blocks.some((one) => one.by === userId && one.userId === other);
  if (type === 'user') {
    if (world.state.accounts[id] && !hidden(id)) return id;
  } else if (type === 'listing') {
    const listing = world.get('listings', id);
    if (listing?.isVisibleTo(userId) && !hidden(listing.sellerId)) return listing.sellerId;
  } else {
    const talk = allTalks(world).find(({ entries }) => entries.some((one) => one.id === id));
    const entry = talk?.entries.find((one) => one.id === id);
    if (talk?.has(userId) && entry?.senderId && isShown(entry)) return entry.senderId;
  }
  throw new Refusal('NOT_FOUND', `No such ${type === 'user' ? 'person' : type}`);
}
