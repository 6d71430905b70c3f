import { LRUCache } from 'lru-cache';
import { limits, type request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { FanOut } from '../platform/fan-out.js';
import { mustSee } from './conversation.policy.js';
import type { ConversationStore } from './conversation.store.js';
import type { Spoken } from './spoken.js';

/** People who type at one moment on one node; who falls out may be shown once more. */
const typingAtOnce = 10_000;
/** A little less than clients keep to: a packet that was quicker than the one before it is not to be lost for that. */
const everyMs = limits.typingEverySeconds * 900;

/**
 * Shows or hides "is typing" to the other side. Stored nowhere, may be lost. A `true` passes once in three seconds,
 * a `false` only after a `true` that was shown. Throws NOT_FOUND.
 */
export function createSetTyping(deps: {
  conversations: ConversationStore;
  spoken: Spoken;
  fanOut: FanOut;
}) {
  const recent = new LRUCache<string, { shownAt: number; typing: boolean }>({ max: typingAtOnce });
  return async (actor: Actor, { conversationId, typing }: request.TypingSet): Promise<void> => {
    const found = await deps.conversations.get(conversationId);
    const conversation = await mustSee(deps.spoken, found, actor.userId);
    if (conversation.closed) return;
    // Before the first word the other side knows of no conversation.
    if (!(await deps.spoken(conversationId))) return;
    const key = `${actor.userId}:${conversationId}`;
    const last = recent.get(key);
    const now = performance.now();
    const passes = typing ? now - (last?.shownAt ?? -everyMs) >= everyMs : last?.typing === true;
    if (!passes) return;
    recent.set(key, { shownAt: typing ? now : (last?.shownAt ?? now), typing });
    deps.fanOut.toUser(
      conversation.otherThan(actor.userId),
      'typing',
      { conversationId, userId: actor.userId, typing },
      { volatile: true },
    );
  };
}
