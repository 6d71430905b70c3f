import { Refusal } from '../contract/index.js';
import type { Conversation } from './conversation.js';

/** Only its two people may know of a conversation: for all others it is not there. Throws NOT_FOUND. */
export function mustTakePart(
  conversation: Conversation | null,
  userId: string,
): asserts conversation is Conversation {
  if (!conversation?.has(userId)) throw new Refusal('NOT_FOUND', 'No such conversation');
}
