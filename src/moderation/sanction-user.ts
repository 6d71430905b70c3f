import { Refusal, type SanctionUser, type view } from '../contract/index.js';
import { dayMs } from '../domain/temperature.js';
import { newId } from '../platform/ids.js';
import type { Sanction } from '../users/index.js';
import type { ModerationContext } from './moderation-context.js';

interface Laid {
  id: string;
  kind: view.SanctionKind;
  reason: view.ReportReason;
  days?: number;
  note?: string;
}

/**
 * Warns, suspends or bans. The sanction is stored first: from then on nobody signs in. Then sessions and sockets end,
 * the manner is computed again, and of a banned person all listings go out of sight. A repeat under the same id does
 * what the first left undone.
 */
export async function layUpon(
  moderation: ModerationContext,
  userId: string,
  { id, kind, reason, days, note }: Laid,
  by: string,
): Promise<void> {
  const now = moderation.clock();
  await moderation.sanctions.add({
    id,
    userId,
    kind,
    reason,
    ...(note === undefined ? {} : { note }),
    by,
    at: now,
    until: days === undefined ? null : new Date(now.getTime() + days * dayMs),
    liftedAt: null,
  });
  await moderation.sanctioned.run(userId);
  if (kind === 'ban') await blindAll(moderation, userId, reason);
}

/** Takes all listings of a person out of sight that others see. */
async function blindAll(
  { listings, moderateListing }: ModerationContext,
  sellerId: string,
  reason: view.BlindReason,
): Promise<void> {
  for (const id of await listings.seenOf(sellerId)) await moderateListing(id, reason);
}

/** For operators; `by` is who does it. */
export const createSanctionUser = (moderation: ModerationContext) => {
  const mustExist = async (userId: string): Promise<void> => {
    if (!(await moderation.users.profilesOf([userId])).has(userId))
      throw new Refusal('NOT_FOUND', 'No such person');
  };
  const list = async (userId: string) => {
    await mustExist(userId);
    const found = await moderation.sanctions.of(userId);
    return { items: found.map(presentSanction), nextCursor: null };
  };
  return {
    list,

    /** Throws NOT_FOUND. */
    async sanction(by: string, userId: string, { kind, reason, days, note }: SanctionUser) {
      await mustExist(userId);
      if (kind === 'none' || reason === undefined) {
        await moderation.sanctions.lift(userId, moderation.clock());
        await moderation.sanctioned.run(userId);
      } else {
        const more = {
          ...(days === undefined ? {} : { days }),
          ...(note === undefined ? {} : { note }),
        };
        await layUpon(moderation, userId, { id: newId(), kind, reason, ...more }, by);
      }
      return list(userId);
    },
  };
};

export const presentSanction = ({ at, until, liftedAt, ...sanction }: Sanction): view.Sanction => ({
  ...sanction,
  at: at.toISOString(),
  ...(until ? { until: until.toISOString() } : {}),
  ...(liftedAt ? { liftedAt: liftedAt.toISOString() } : {}),
});
