import type { view } from '../contract/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Entry, EntryDraft } from '../domain/entry.js';
import type { ConversationContext } from './conversation-context.js';
import { countConversation } from './count-conversation.js';
import type { Appended } from './message-log.js';
import { presentMessage } from '../domain/message-view.js';
import type { Tracing } from '../platform/tracing.js';

/** Whose act an entry is. */
export interface Origin {
  /** The socket that gets the acknowledgement and therefore no `message:new`. */
  socketId?: string | undefined;
  /** The client message id that the sender's devices sent, where the entry has a derived one. */
  clientMessageId?: string;
  /** Called when no entry that is posted later can come before this one. */
  passed?: (() => void) | undefined;
}

/** What was appended, and how its sender sees it. */
interface Posted extends Appended {
  message: view.Message;
}

/**
 * Appends an entry to the log and tells both people's devices. Everything durable in a conversation goes through here.
 * A repeat is told again, because the first try may have died after the write; devices drop what they have by `seq`.
 */
export async function postEntry(
  chat: ConversationContext,
  conversation: Conversation,
  draft: EntryDraft,
  origin?: Origin,
): Promise<Posted> {
  const { messageLog, fanOut, projections, tracing } = chat;
  const appended = await tracing.span('log', () => {
    const appending = messageLog.append(tracedBy(tracing, draft));
    origin?.passed?.();
    return appending;
  });
  const { entry } = appended;
  // The two see the same of nearly all entries.
  const seen = entry.onlyFor === undefined ? presentMessage(entry, null) : undefined;
  const tell = () => {
    for (const person of conversation.people) {
      const message = seen ?? presentMessage(entry, person);
      const own = person === draft.senderId;
      fanOut.toUser(
        person,
        'message:new',
        own ? toldToSender(message, origin?.clientMessageId ?? draft.clientMessageId) : { message },
        { exceptSocket: own ? origin?.socketId : undefined },
      );
    }
  };
  // A span of what waits for nothing would be a promise more, also where nobody looks at it.
  if (tracing.on) await tracing.span('fan-out', tell);
  else tell();
  projections.note(conversation, entry);
  if (entry.seq === 1)
    await countConversation(chat, conversation).catch(({ message: reason }: Error) =>
      chat.log.warn({ reason }, 'a conversation was not counted: the relay will count it'),
    );
  return { ...appended, message: seen ?? presentMessage(entry, draft.senderId) };
}

/** Relay and push go on with the trace of the sending: it is stored with the entry, if there is one. */
function tracedBy(tracing: Tracing, draft: EntryDraft): EntryDraft {
  const trace = tracing.here();
  return trace ? { ...draft, trace } : draft;
}

/** A person, and the payload of `message:new` that their devices get for one entry. */
interface Telling {
  userId: string;
  payload: { message: view.Message; clientMessageId?: string };
}

/**
 * The payload for the sender's own devices: with the client message id, if a client made it. Ids that the server derived
 * contain colons and are left out.
 */
const toldToSender = (message: view.Message, id: string): Telling['payload'] =>
  id.includes(':') ? { message } : { message, clientMessageId: id };

/**
 * Makes from the log alone what {@link postEntry} tells both people of an entry; used by a deaf node, which does not
 * receive what other nodes publish.
 */
export async function tellEntry(
  { conversations }: ConversationContext,
  entry: Entry,
  /** The client message id that the sender's devices sent; an offer's entry has a derived one. */
  knownAs: (entry: Entry) => Promise<string>,
): Promise<Telling[]> {
  const conversation = await conversations.get(entry.conversationId);
  if (!conversation) return [];
  return Promise.all(
    conversation.people.map(async (userId) => {
      const message = presentMessage(entry, userId);
      return {
        userId,
        payload:
          userId === entry.senderId ? toldToSender(message, await knownAs(entry)) : { message },
      };
    }),
  );
}
