import { Refusal } from '../contract/index.js';
import type { Conversation } from '../domain/conversation.js';
import { lru } from '../platform/lru.js';
import type { ConversationStore } from './conversation.store.js';
import type { MessageStore } from './message.store.js';

/** Whether a conversation has an entry; before its first one only the person who opened it sees it. */
interface Spoken {
  isKnown(conversationId: string): boolean;
  ask(conversationId: string): Promise<boolean>;
}

/** Asks the log until there is an entry, and then remembers it, since entries are never deleted. */
export function createSpoken(messages: MessageStore): Spoken {
  const spoken = lru<true>(50_000);
  const isKnown = (conversationId: string) => spoken.has(conversationId);
  return {
    isKnown,
    async ask(conversationId) {
      if (isKnown(conversationId)) return true;
      const said = (await messages.lastSeq(conversationId)) > 0;
      if (said) spoken.set(conversationId, true);
      return said;
    },
  };
}

interface Conversations {
  conversations: ConversationStore;
  spoken: Spoken;
}

/** Only its two people may know of a conversation; for all others it does not exist. Throws NOT_FOUND. */
export function mustTakePart(
  conversation: Conversation | null,
  userId: string,
): asserts conversation is Conversation {
  if (!conversation?.has(userId)) throw new Refusal('NOT_FOUND', 'No such conversation');
}

/**
 * The conversation, for one of its two people; before its first entry for the buyer alone, who opened it. Throws
 * NOT_FOUND.
 */
export async function mustSee(
  { conversations, spoken }: Conversations,
  id: string,
  userId: string,
): Promise<Conversation> {
  const conversation = await conversations.get(id);
  mustTakePart(conversation, userId);
  if (conversation.buyerId !== userId && !(await spoken.ask(id)))
    throw new Refusal('NOT_FOUND', 'No such conversation');
  return conversation;
}

/** The same, where it is known without a look that this person sees it: each message asks. */
export function knownToSee(
  { conversations, spoken }: Conversations,
  id: string,
  userId: string,
): Conversation | undefined {
  const known = conversations.known(id);
  if (!known?.has(userId)) return undefined;
  return known.buyerId === userId || spoken.isKnown(id) ? known : undefined;
}
