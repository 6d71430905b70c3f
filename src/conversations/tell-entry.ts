import type { view } from '../contract/index.js';
import type { ConversationStore } from './conversation.store.js';
import type { Entry } from '../domain/entry.js';
import { presentMessage } from './message.presenter.js';

/** What one person's devices are told of an entry; the payload of `message:new`. */
export interface Telling {
  userId: string;
  payload: { message: view.Message; clientMessageId?: string };
}

/**
 * What the devices of the one who acts are told: with the id that a client made for the act. Ids that are derived here
 * have colons and are nobody's.
 */
export const toldToSender = (message: view.Message, id: string): Telling['payload'] =>
  id.includes(':') ? { message } : { message, clientMessageId: id };

/**
 * What `post-entry.ts` tells both people of an entry, told again from the log alone: by a node that cannot hear the
 * one that wrote it.
 */
export const createTellEntry =
  (deps: { conversations: ConversationStore }) =>
  async (
    entry: Entry,
    /** What the sender's devices know the act by; differs from the id of the entry for an offer. */
    knownAs: (entry: Entry) => Promise<string>,
  ): Promise<Telling[]> => {
    const conversation = await deps.conversations.get(entry.conversationId);
    if (!conversation) return [];
    const message = presentMessage(entry);
    return Promise.all(
      conversation.people.map(async (userId) => ({
        userId,
        payload:
          userId === entry.senderId ? toldToSender(message, await knownAs(entry)) : { message },
      })),
    );
  };
