import type { FanOut } from '../platform/fan-out.js';
import type { Conversation } from '../domain/conversation.js';
import type { EntryDraft } from '../domain/entry.js';
import type { Appended, MessageLog } from './message-log.js';
import { presentMessage } from './message.presenter.js';
import { toldToSender } from './tell-entry.js';
import type { Projections } from './projections.js';

export type PostEntry = (
  conversation: Conversation,
  draft: EntryDraft,
  origin?: {
    /** The socket that gets the acknowledgement and therefore no `message:new`. */
    socketId?: string | undefined;
    /** The client message id that the sender's devices sent, where the entry has a derived one. */
    clientMessageId?: string;
  },
) => Promise<Appended>;

/**
 * Appends an entry to the log and tells both people's devices. Everything durable in a conversation goes through here.
 * A repeat is told again, because the first try may have died after the write; devices drop what they have by `seq`.
 */
export const createPostEntry =
  (deps: { log: MessageLog; fanOut: FanOut; projections: Projections }): PostEntry =>
  async (conversation, draft, origin) => {
    const appended = await deps.log.append(draft);
    const message = presentMessage(appended.entry);
    for (const person of conversation.people) {
      const own = person === draft.senderId;
      deps.fanOut.toUser(
        person,
        'message:new',
        own ? toldToSender(message, origin?.clientMessageId ?? draft.clientMessageId) : { message },
        { exceptSocket: own ? origin?.socketId : undefined },
      );
    }
    deps.projections.note(conversation, appended.entry);
    return appended;
  };
