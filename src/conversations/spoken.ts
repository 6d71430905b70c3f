import { lru } from '../platform/lru.js';
import type { MessageStore } from './message.store.js';

/** Whether a conversation has an entry; before its first one only the person who opened it sees it. */
export type Spoken = (conversationId: string) => Promise<boolean>;

/** Asks the log until there is an entry, and then remembers it, since entries are never deleted. */
export function createSpoken(deps: { messages: MessageStore }): Spoken {
  const spoken = lru<true>(50_000);
  return async (conversationId) => {
    if (spoken.has(conversationId)) return true;
    const said = (await deps.messages.lastSeq(conversationId)) > 0;
    if (said) spoken.set(conversationId, true);
    return said;
  };
}
