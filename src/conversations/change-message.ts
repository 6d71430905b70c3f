import type { request, view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { derivedId } from '../domain/ids.js';
import type { Quota } from '../platform/quota.js';
import type { ApplyChange } from './apply-change.js';
import type { Conversation } from '../domain/conversation.js';
import { mustSee } from './conversation.policy.js';
import type { ConversationStore } from './conversation.store.js';
import type { EntryDraft } from '../domain/entry.js';
import { firstEntry } from './first-entry.js';
import { mustBeAuthor, mustBeEditable, mustBeUnsendable } from '../domain/may-change.js';
import { presentMessage } from './message.presenter.js';
import type { MessageStore } from './message.store.js';
import type { PostEntry } from './post-entry.js';
import type { Spoken } from './spoken.js';

interface Deps {
  conversations: ConversationStore;
  messages: MessageStore;
  post: PostEntry;
  spoken: Spoken;
  apply: ApplyChange;
  quota: Quota;
  clock: Clock;
}

/**
 * Changes the text of a message, for its author. The edit is an entry of the log, and the target then shows its text.
 * Throws NOT_FOUND, FORBIDDEN, EDIT_WINDOW_EXPIRED, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, RATE_LIMITED.
 */
export const createEditMessage =
  (deps: Deps) =>
  async (actor: Actor, input: request.EditMessageAt): Promise<view.ChangedMessage> => {
    const { clientMessageId, text, seq } = input;
    const conversation = await ownConversation(deps, actor, input.conversationId);
    const draft = { clientMessageId, kind: 'edit', text, targetSeq: seq } as const;
    const full = { ...draft, conversationId: conversation.id, senderId: actor.userId };
    if (!(await firstEntry(deps.messages, full))) {
      const target = await deps.messages.bySeq(conversation.id, seq);
      mustBeAuthor(target, actor.userId);
      mustBeEditable(target, deps.clock());
      conversation.post(actor.userId, draft);
    }
    return change(deps, actor, conversation, full);
  };

/**
 * Takes a message back for good, for its author. A second unsend gets the first one's answer. Throws NOT_FOUND, FORBIDDEN,
 * EDIT_WINDOW_EXPIRED, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, RATE_LIMITED.
 */
export const createUnsendMessage =
  (deps: Deps) =>
  async (actor: Actor, input: request.UnsendMessageAt): Promise<view.ChangedMessage> => {
    const { seq } = input;
    const conversation = await ownConversation(deps, actor, input.conversationId);
    const clientMessageId =
      input.clientMessageId ?? derivedId('unsend', conversation.id, seq, actor.userId);
    const draft = { clientMessageId, kind: 'unsend', targetSeq: seq } as const;
    const full = { ...draft, conversationId: conversation.id, senderId: actor.userId };
    if (!(await firstEntry(deps.messages, full))) {
      const target = await deps.messages.bySeq(conversation.id, seq);
      mustBeAuthor(target, actor.userId);
      const first =
        target.unsendSeq && (await deps.messages.bySeq(conversation.id, target.unsendSeq));
      if (first)
        return { message: presentMessage(first), target: presentMessage(target), duplicate: true };
      mustBeUnsendable(target, deps.clock());
      conversation.post(actor.userId, draft);
    }
    return change(deps, actor, conversation, full);
  };

async function ownConversation(deps: Deps, actor: Actor, id: string): Promise<Conversation> {
  await deps.quota(actor.userId);
  return mustSee(deps.spoken, await deps.conversations.get(id), actor.userId);
}

async function change(
  deps: Deps,
  actor: Actor,
  conversation: Conversation,
  draft: EntryDraft,
): Promise<view.ChangedMessage> {
  const { entry, duplicate } = await deps.post(conversation, draft, actor);
  const applied = await deps.apply(entry);
  return {
    message: presentMessage(applied.change),
    // There is a target: it was read before the entry was written, and entries are never deleted.
    target: presentMessage(applied.target!),
    duplicate,
  };
}
