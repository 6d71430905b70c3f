import { Refusal, type request, type view } from '../contract/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Entry, EntryDraft } from '../domain/entry.js';
import type { Actor } from '../platform/actor.js';
import { firstEntry } from './change-message.js';
import type { ConversationContext } from './conversation-context.js';
import { knownToSee, mustSee } from './conversation.policy.js';
import { postEntry } from './post-entry.js';
import { screened, warnOrLeave } from './screen-text.js';

/**
 * Sends a message. Returns once a majority has it on disk. The same client message id returns the same message again, even
 * when the conversation was closed meanwhile. Throws NOT_FOUND, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT,
 * VALIDATION_FAILED (images or the entry replied to are not there), RATE_LIMITED, UNAVAILABLE. `passed` is called when
 * nothing that is sent later to the conversation can come before it.
 */
export const createSendMessage =
  (chat: ConversationContext) =>
  async (
    actor: Actor,
    input: request.SendMessage,
    passed?: () => void,
  ): Promise<{ message: view.Message; duplicate: boolean }> => {
    chat.messageLog.mustHaveRoom(input.conversationId);
    // What is known is not waited for: a promise that is kept already costs a message about a microsecond.
    const counted = chat.quota(actor.userId);
    if (counted) await counted;
    const { conversationId: id } = input;
    const conversation =
      knownToSee(chat, id, actor.userId) ?? (await mustSee(chat, id, actor.userId));
    const draft = await prepare(chat, actor, conversation, input);
    try {
      const { socketId } = actor;
      const posted = await postEntry(chat, conversation, draft, { socketId, passed });
      const { entry, message, duplicate } = posted;
      if (entry.images) await keepImages(chat, entry);
      if (entry.cautions) await warnOrLeave(chat, conversation, entry);
      return { message, duplicate };
    } catch (error) {
      if (error instanceof Refusal && error.code === 'IDEMPOTENCY_CONFLICT')
        await releaseImages(chat, draft);
      throw error;
    }
  };

/** Keeps the images of an entry as long as the entry. The command does it, and the relay again in case it died. */
export async function keepImages({ images }: ConversationContext, entry: Entry): Promise<void> {
  if (!entry.images) return;
  const ids = entry.images.map(({ id }) => id);
  await images.keep(ids, entry);
}

/** The client message id belongs to another message, which has its own images, so these are given back. */
async function releaseImages(chat: ConversationContext, draft: EntryDraft): Promise<void> {
  const { conversationId, senderId, clientMessageId, images = [] } = draft;
  if (images.length === 0) return;
  const standing = await chat.messages.byClientId(conversationId, senderId, clientMessageId);
  const kept = new Set(standing?.images?.map(({ id }) => id));
  const ids = images.map(({ id }) => id).filter((id) => !kept.has(id));
  await chat.images.release(ids, draft);
}

/** For a plain text to an open conversation, which nearly all messages are, this reads nothing from the database. */
async function prepare(
  chat: ConversationContext,
  actor: Actor,
  conversation: Conversation,
  input: request.SendMessage,
): Promise<EntryDraft> {
  const { imageIds, replyToSeq, clientMessageId } = input;
  const draft = await screened<EntryDraft>(chat, draftOf(actor.userId, input));
  if (!imageIds && !replyToSeq && !conversation.closed) return draft;
  if (await firstEntry(chat.messages, draft)) return draft;
  const posted = conversation.post(actor.userId, draft);
  if (replyToSeq) await mustExist(chat, conversation.id, replyToSeq);
  if (!imageIds) return posted;
  const to = { ownerId: actor.userId, conversationId: conversation.id, clientMessageId };
  return { ...posted, images: await chat.images.attach(imageIds, to) };
}

function draftOf(senderId: string, input: request.SendMessage): EntryDraft {
  if (!input.imageIds) return { ...input, senderId };
  const { imageIds, ...said } = input;
  // The image shelf knows the sizes. A repeat needs none, since the first entry has them.
  return { ...said, senderId, images: imageIds.map((id) => ({ id, width: 0, height: 0 })) };
}

async function mustExist(
  chat: ConversationContext,
  conversationId: string,
  seq: number,
): Promise<void> {
  if (seq > (await chat.messages.lastSeq(conversationId)))
    throw new Refusal('VALIDATION_FAILED', 'There is no such entry to reply to', {
      errors: [{ path: 'replyToSeq', message: 'is beyond the end of the conversation' }],
    });
}
