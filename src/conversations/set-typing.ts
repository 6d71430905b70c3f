import { limits, type request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { lru } from '../platform/lru.js';
import type { ConversationContext } from './conversation-context.js';
import { mustSee } from './conversation.policy.js';

/** People remembered as typing on one node; somebody who drops out may be shown once too often. */
const typingAtOnce = 10_000;
/** A little less than clients wait, so that an event is not dropped because it travelled faster than the last one. */
const everyMs = limits.typingEverySeconds * 900;

/**
 * Shows or hides "is typing" to the other side. It is not stored and may be lost. `true` passes once in three seconds,
 * `false` only after a `true` that was shown. Throws NOT_FOUND.
 */
export function createSetTyping(chat: ConversationContext) {
  const recent = lru<{ shownAt: number; typing: boolean }>(typingAtOnce);
  return async (actor: Actor, { conversationId, typing }: request.TypingSet): Promise<void> => {
    const conversation = await mustSee(chat, conversationId, actor.userId);
    if (conversation.closed) return;
    // Before its first entry the other side must not learn of the conversation.
    if (!(await chat.spoken.ask(conversationId))) return;
    const key = `${actor.userId}:${conversationId}`;
    const last = recent.get(key);
    const now = performance.now();
    const passes = typing ? now - (last?.shownAt ?? -everyMs) >= everyMs : last?.typing === true;
    if (!passes) return;
    recent.set(key, { shownAt: typing ? now : (last?.shownAt ?? now), typing });
    chat.fanOut.toUser(conversation.otherThan(actor.userId), 'typing', {
      conversationId,
      userId: actor.userId,
      typing,
    });
  };
}
