import type { FanOut } from '../platform/fan-out.js';
import type { Conversation } from './conversation.js';
import type { PresentConversations } from './conversation.presenter.js';

/** Shows both people the conversation as it is now, after something around it changed (its listing, say). */
export const createAnnounceConversation =
  (deps: { present: PresentConversations; fanOut: FanOut }) =>
  async (conversation: Conversation): Promise<void> => {
    for (const person of conversation.people) {
      const [shown] = await deps.present(person, [conversation.id]);
      if (shown) deps.fanOut.toUser(person, 'conversation:updated', shown);
    }
  };
