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
    /** The socket that gets the acknowledgement, and so no echo. */
    socketId?: string | undefined;
    /** What the sender's devices know the act by, where it differs from the id of the entry. */
    clientMessageId?: string;
  },
) => Promise<Appended>;

/**
 * Appends to the log and tells both people's devices: the one way in which anything durable happens in a conversation.
 * A repeat is told again: the first try may have died between the write and the telling, and devices drop by `seq`
 * what they have.
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
