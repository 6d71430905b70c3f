import { Refusal } from '../contract/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Spoken } from './spoken.js';

/** Only its two people may know of a conversation; for all others it does not exist. Throws NOT_FOUND. */
export function mustTakePart(
  conversation: Conversation | null,
  userId: string,
): asserts conversation is Conversation {
  if (!conversation?.has(userId)) throw new Refusal('NOT_FOUND', 'No such conversation');
}

/** Like {@link mustTakePart}; before its first entry only the buyer, who opened it, may see it. Throws NOT_FOUND. */
export async function mustSee(
  spoken: Spoken,
  conversation: Conversation | null,
  userId: string,
): Promise<Conversation> {
  mustTakePart(conversation, userId);
  if (conversation.buyerId !== userId && !(await spoken(conversation.id)))
    throw new Refusal('NOT_FOUND', 'No such conversation');
  return conversation;
}
