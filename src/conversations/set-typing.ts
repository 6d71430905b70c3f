import type { request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { FanOut } from '../platform/fan-out.js';
import { mustTakePart } from './conversation.policy.js';
import type { ConversationStore } from './conversation.store.js';

/** Shows or hides "is typing" to the other side. Stored nowhere, may be lost. Throws NOT_FOUND. */
export const createSetTyping =
  (deps: { conversations: ConversationStore; fanOut: FanOut }) =>
  async (actor: Actor, { conversationId, typing }: request.TypingSet): Promise<void> => {
    const conversation = await deps.conversations.get(conversationId);
    mustTakePart(conversation, actor.userId);
    deps.fanOut.toUser(
      conversation.otherThan(actor.userId),
      'typing',
      { conversationId, userId: actor.userId, typing },
      { volatile: true },
    );
  };
