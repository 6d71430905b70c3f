import { Refusal, type MakeReport, type view } from '../contract/index.js';
import { isShown } from '../domain/entry.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import type { ModerationContext } from './moderation-context.js';
import { presentReport } from '../domain/report.js';

/**
 * Tells the moderators of a person, a listing or a message. Again it is the first report (`repeat`). Throws NOT_FOUND
 * for what the reporter cannot see, FORBIDDEN for oneself and what is one's own, RATE_LIMITED.
 */
export const createMakeReport =
  (deps: ModerationContext) =>
  async (actor: Actor, draft: MakeReport): Promise<{ report: view.Report; repeat: boolean }> => {
    const about = { ...draft, reporterId: actor.userId };
    const known = await deps.reports.of(about);
    if (known) return { report: presentReport(known), repeat: true };
    const userId = await whose(deps, actor, draft);
    if (userId === actor.userId)
      throw new Refusal('FORBIDDEN', 'Nobody can report themselves or what is theirs');
    await deps.quota(actor.userId);
    const { targetType, targetId, reason, note } = draft;
    const report = {
      id: newId(),
      reporterId: actor.userId,
      userId,
      targetType,
      targetId,
      reason,
      ...(note === undefined ? {} : { note }),
      createdAt: deps.clock(),
      decidedAt: null,
      decision: null,
    };
    if (await deps.reports.add(report)) return { report: presentReport(report), repeat: false };
    return { report: presentReport((await deps.reports.of(about)) ?? report), repeat: true };
  };

/** The person whom a report on the target is about. */
async function whose(
  deps: ModerationContext,
  { userId: reader }: Actor,
  { targetType, targetId }: MakeReport,
): Promise<string> {
  switch (targetType) {
    case 'user': {
      const there = (await deps.users.profilesOf([targetId])).has(targetId);
      if (!there || (await isHidden(deps, reader, targetId))) throw gone('person');
      return targetId;
    }
    case 'listing': {
      const listing = await deps.listings.get(targetId);
      if (!listing?.isVisibleTo(reader) || (await isHidden(deps, reader, listing.sellerId)))
        throw gone('listing');
      return listing.sellerId;
    }
    case 'message': {
      const entry = await deps.messages.byId(targetId);
      const conversation = entry && (await deps.conversations.get(entry.conversationId));
      // Both can still read it after a block, and so report it.
      if (!conversation?.has(reader) || !isShown(entry!) || entry!.senderId === null)
        throw gone('message');
      return entry!.senderId;
    }
  }
}

/** Whether a block hides the target. Not for the person who set the block: people often block first and report then. */
async function isHidden(
  { blocks }: ModerationContext,
  reader: string,
  other: string,
): Promise<boolean> {
  const apart = (await blocks.around(reader)).has(other);
  return apart && !(await blocks.has({ blockerId: reader, blockedId: other }));
}

const gone = (what: string) => new Refusal('NOT_FOUND', `No such ${what}`);
