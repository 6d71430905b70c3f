import type { view } from '../contract/index.js';
import type { ConversationStore } from './conversation.store.js';
import type { Entry } from '../domain/entry.js';
import { presentMessage } from './message.presenter.js';

/** A person, and the payload of `message:new` that their devices get for one entry. */
export interface Telling {
  userId: string;
  payload: { message: view.Message; clientMessageId?: string };
}

/**
 * The payload for the sender's own devices: with the client message id, if a client made it. Ids that the server derived
 * contain colons and are left out.
 */
export const toldToSender = (message: view.Message, id: string): Telling['payload'] =>
  id.includes(':') ? { message } : { message, clientMessageId: id };

/**
 * Makes from the log alone what `post-entry.ts` tells both people of an entry; used by a deaf node, which does not
 * receive what other nodes publish.
 */
export const createTellEntry =
  (deps: { conversations: ConversationStore }) =>
  async (
    entry: Entry,
    /** The client message id that the sender's devices sent; an offer's entry has a derived one. */
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
