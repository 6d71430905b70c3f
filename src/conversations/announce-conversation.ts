import type { FanOut } from '../platform/fan-out.js';
import type { Conversation } from '../domain/conversation.js';
import type { PresentToReaders } from './conversation.presenter.js';

/** Shows both people the conversation as it is now, after something around it changed (its listing, say). */
export const createAnnounceConversation =
  (deps: { presentTo: PresentToReaders; fanOut: FanOut }) =>
  async ({ id, people }: Conversation): Promise<void> => {
    const told = await deps.presentTo(people.map((userId) => ({ userId, conversationId: id })));
    for (const { userId, shown } of told) deps.fanOut.toUser(userId, 'conversation:updated', shown);
  };
