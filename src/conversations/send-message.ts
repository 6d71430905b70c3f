import type { request, view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Quota } from '../platform/quota.js';
import { mustTakePart } from './conversation.policy.js';
import type { ConversationStore } from './conversation.store.js';
import { presentMessage } from './message.presenter.js';
import type { PostEntry } from './post-entry.js';

/**
 * Sends a message. Returns once a majority has it on disk; the same client id again returns that same message.
 * Throws NOT_FOUND, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, RATE_LIMITED, UNAVAILABLE.
 */
export const createSendMessage =
  (deps: { conversations: ConversationStore; post: PostEntry; quota: Quota }) =>
  async (
    actor: Actor,
    input: request.SendMessage,
  ): Promise<{ message: view.Message; duplicate: boolean }> => {
    await deps.quota(actor.userId);
    const conversation = await deps.conversations.get(input.conversationId);
    mustTakePart(conversation, actor.userId);
    const { clientMessageId, kind, text } = input;
    const draft = conversation.post(actor.userId, { clientMessageId, kind, text });
    const { entry, duplicate } = await deps.post(conversation, draft, actor);
    return { message: presentMessage(entry), duplicate };
  };
