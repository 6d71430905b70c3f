import type { Connection } from 'mongoose';
import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { inTransaction } from '../platform/transaction.js';
import type { Clock } from '../platform/clock.js';
import { presentMe, type ProofAsked, type UserStore } from '../users/index.js';
import type { ImageShelf } from './image-shelf.js';

/** Sets the picture of oneself, or takes it away. The one before is not found any more. */
export function createSetAvatar(deps: {
  mongo: Connection;
  shelf: ImageShelf;
  users: UserStore;
  proof: ProofAsked;
  clock: Clock;
}) {
  const { mongo, shelf, users } = deps;
  const change = async (userId: string, imageId: string | null): Promise<void> => {
    await inTransaction(mongo, async (session) => {
      const image = imageId === null ? null : await shelf.attachAvatar(imageId, userId, session);
      const before = await users.setAvatar(userId, image, session);
      if (!before) throw new Refusal('SESSION_REVOKED');
      const old = before.avatar;
      if (old && old.id !== imageId) await shelf.withdraw([old.id], session);
    });
    users.avatarChanged(userId);
  };
  return {
    /** Again changes nothing. Throws VALIDATION_FAILED for an image that is not there, or used elsewhere. */
    async setAvatar({ userId }: Actor, { imageId }: request.SetAvatar): Promise<view.Me> {
      await change(userId, imageId);
      const user = await users.get(userId);
      if (!user) throw new Refusal('SESSION_REVOKED');
      return presentMe(user, deps.proof, deps.clock());
    },
    removeAvatar: ({ userId }: Actor): Promise<void> => change(userId, null),
  };
}
