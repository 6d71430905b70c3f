import type { request, view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import { mustBeSideOfDeal } from './trade.policy.js';
import type { PresentDeals } from './deal.presenter.js';
import type { DealStore } from './deal.store.js';

/** Reads one deal, or all deals in which one takes part. */
export function createReadDeals(deps: { deals: DealStore; present: PresentDeals; clock: Clock }) {
  return {
    /** Throws NOT_FOUND, also for a deal that is not the caller's. */
    async get(actor: Actor, id: string): Promise<view.Deal> {
      const deal = await deps.deals.get(id);
      mustBeSideOfDeal(deal, actor.userId);
      return deps.present.one(deal, actor.userId, deps.clock());
    },

    async listMine(
      actor: Actor,
      { limit, cursor, ...filter }: request.ListMyDeals,
    ): Promise<{ items: view.Deal[]; nextCursor: string | null }> {
      const scope = ['my deals', actor.userId, filter];
      const after = cursor === undefined ? null : decodeCursor(scope, cursor, KeysetPosition);
      const found = await deps.deals.ofPerson(actor.userId, filter, limit + 1, after);
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: await deps.present.many(shown, actor.userId, deps.clock()),
        nextCursor:
          found.length > limit && last
            ? encodeCursor(scope, [last.createdAt.getTime(), last.id])
            : null,
      };
    },
  };
}
