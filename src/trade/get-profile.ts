import { Refusal, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { presentProfile, type Blocks, type StoredManner, type UserStore } from '../users/index.js';
import { formula, mannerOf } from '../domain/temperature.js';

/** A person with the manner that was last computed. Throws NOT_FOUND, also behind a block. */
export const createGetProfile =
  (deps: { users: UserStore; blocks: Blocks }) =>
  async (actor: Actor, id: string): Promise<{ shown: view.Profile; version: number }> => {
    const apart = (await deps.blocks.around(actor.userId)).has(id);
    const found = apart ? null : await deps.users.withManner(id);
    if (!found) throw new Refusal('NOT_FOUND', 'No such person');
    const { profile, manner, version } = found;
    const shown = {
      ...presentProfile(profile),
      manner: presentManner(manner ?? newcomer(profile)),
    };
    return { shown, version };
  };

/** Nothing is known: true since the account is there, so that the answer is the same until something is. */
const newcomer = ({
  createdAt,
}: {
  createdAt: Date;
}): Omit<StoredManner, 'revision' | 'dueAt'> => ({
  ...mannerOf([], createdAt),
  counts: { sold: 0, bought: 0, reviews: 0, noShows: 0 },
  tags: [],
  asOf: createdAt,
});

const presentManner = (manner: Omit<StoredManner, 'revision' | 'dueAt'>): view.Manner => ({
  temperature: manner.temperature,
  sum: manner.sum,
  parts: manner.parts,
  formula,
  counts: manner.counts,
  tags: manner.tags,
  asOf: manner.asOf.toISOString(),
});
