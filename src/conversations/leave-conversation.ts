import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Hook } from '../platform/hook.js';
import type { ClosureNews } from '../users/index.js';
import type { Quota } from '../platform/quota.js';
import { changeOwn } from './change-membership.js';
import type { Conversation } from '../domain/conversation.js';
import { mustSee, mustTakePart } from './conversation.policy.js';
import type { PresentConversations } from './conversation.presenter.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxStore } from './inbox.store.js';
import type { PostEntry } from './post-entry.js';
import { settleLeft } from './settle-left.js';
import type { Spoken } from './spoken.js';

/**
 * Leaves a conversation: it disappears from the person's lists, is closed for both, and its log says so. An empty
 * conversation gets no entry, since the other side never knew of it. It stays so until the person who left opens it
 * again. Leaving twice is no error: it completes a first try that died half-way. Throws NOT_FOUND, RATE_LIMITED,
 * VERSION_CONFLICT (`ifVersion` is no longer the version of the person's row).
 */
export const createLeaveConversation =
  (deps: {
    conversations: ConversationStore;
    inbox: InboxStore;
    post: PostEntry;
    present: PresentConversations;
    spoken: Spoken;
    news: ClosureNews;
    left: Hook<{ conversation: Conversation; leaverId: string }>;
    announce: (conversation: Conversation) => Promise<void>;
    /** The quota of messages, since both people hear of a leaving as of a message. */
    quota: Quota;
    clock: Clock;
  }) =>
  async (actor: Actor, id: string, ifVersion?: number): Promise<void> => {
    const { userId } = actor;
    await mustSee(deps.spoken, await deps.conversations.get(id), userId);
    await deps.quota(userId);
    if (ifVersion !== undefined) await changeOwn(deps, userId, id, {}, ifVersion);
    const left = await deps.conversations.leave(id, userId, deps.clock());
    mustTakePart(left, userId);
    deps.news.announce({ userIds: [...left.people], conversationId: id });
    await deps.left.run({ conversation: left, leaverId: userId });
    await settleLeft(deps, userId, left);
    const at = left.leftAt(userId)!;
    if (await deps.spoken(id))
      await deps.post(left, {
        conversationId: id,
        senderId: null,
        // The id names this very leaving, so that one after a return is told again.
        clientMessageId: `left:${userId}:${at.getTime()}`,
        kind: 'system',
        notice: { type: 'left', userId },
      });
    await deps.announce(left);
  };
