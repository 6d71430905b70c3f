import { Refusal, type request, type view } from '../contract/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Entry, EntryDraft } from '../domain/entry.js';
import { derivedId } from '../domain/ids.js';
import { mustBeAuthor, mustBeEditable, mustBeUnsendable } from '../domain/may-change.js';
import type { Actor } from '../platform/actor.js';
import { applyChange } from './apply-change.js';
import { contentHashOf } from './content-hash.js';
import type { ConversationContext } from './conversation-context.js';
import { mustSee } from './conversation.policy.js';
import { presentMessage } from '../domain/message-view.js';
import type { MessageStore } from './message.store.js';
import { postEntry } from './post-entry.js';
import { screened, warnOrLeave } from './screen-text.js';

/**
 * Changes the text of a message, for its author. The edit is an entry of the log, and the target then shows its text.
 * Throws NOT_FOUND, FORBIDDEN, EDIT_WINDOW_EXPIRED, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, RATE_LIMITED, UNAVAILABLE.
 */
export const createEditMessage =
  (chat: ConversationContext) =>
  async (actor: Actor, input: request.EditMessageAt): Promise<view.ChangedMessage> => {
    const { clientMessageId, text, seq } = input;
    const conversation = await ownConversation(chat, actor, input.conversationId);
    const draft = { clientMessageId, kind: 'edit', text, targetSeq: seq } as const;
    const full = await screened(chat, {
      ...draft,
      conversationId: conversation.id,
      senderId: actor.userId,
    });
    if (!(await firstEntry(chat.messages, full))) {
      const target = await chat.messages.bySeq(conversation.id, seq);
      mustBeAuthor(target, actor.userId);
      mustBeEditable(target, chat.clock());
      conversation.post(actor.userId, draft);
    }
    return change(chat, actor, conversation, full);
  };

/**
 * Takes a message back for good, for its author. A second unsend gets the first one's answer. Throws NOT_FOUND, FORBIDDEN,
 * EDIT_WINDOW_EXPIRED, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, RATE_LIMITED, UNAVAILABLE.
 */
export const createUnsendMessage =
  (chat: ConversationContext) =>
  async (actor: Actor, input: request.UnsendMessageAt): Promise<view.ChangedMessage> => {
    const { seq } = input;
    const conversation = await ownConversation(chat, actor, input.conversationId);
    const clientMessageId =
      input.clientMessageId ?? derivedId('unsend', conversation.id, seq, actor.userId);
    const draft = { clientMessageId, kind: 'unsend', targetSeq: seq } as const;
    const full = { ...draft, conversationId: conversation.id, senderId: actor.userId };
    if (!(await firstEntry(chat.messages, full))) {
      const target = await chat.messages.bySeq(conversation.id, seq);
      mustBeAuthor(target, actor.userId);
      const first =
        target.unsendSeq && (await chat.messages.bySeq(conversation.id, target.unsendSeq));
      if (first)
        return {
          message: presentMessage(first, actor.userId),
          target: presentMessage(target, actor.userId),
          duplicate: true,
        };
      mustBeUnsendable(target, chat.clock());
      conversation.post(actor.userId, draft);
    }
    return change(chat, actor, conversation, full);
  };

async function ownConversation(
  chat: ConversationContext,
  actor: Actor,
  id: string,
): Promise<Conversation> {
  chat.messageLog.mustHaveRoom(id);
  await chat.quota(actor.userId);
  return mustSee(chat, id, actor.userId);
}

async function change(
  chat: ConversationContext,
  actor: Actor,
  conversation: Conversation,
  draft: EntryDraft,
): Promise<view.ChangedMessage> {
  const { entry, duplicate } = await postEntry(chat, conversation, draft, actor);
  const applied = await applyChange(chat, entry);
  await warnOrLeave(chat, conversation, entry);
  return {
    message: presentMessage(applied.change, actor.userId),
    // There is a target: it was read before the entry was written, and entries are never deleted.
    target: presentMessage(applied.target!, actor.userId),
    duplicate,
  };
}

/**
 * The entry that an earlier try of this intent made, if there was one. A repeat gets the first answer, even where a new
 * act would be refused by now. Throws IDEMPOTENCY_CONFLICT when the client message id was used for something else.
 */
export async function firstEntry(messages: MessageStore, draft: EntryDraft): Promise<Entry | null> {
  const { conversationId, senderId, clientMessageId } = draft;
  const first = await messages.byClientId(conversationId, senderId, clientMessageId);
  if (first && contentHashOf(first) !== contentHashOf(draft))
    throw new Refusal('IDEMPOTENCY_CONFLICT');
  return first;
}
