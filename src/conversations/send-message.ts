import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Quota } from '../platform/quota.js';
import type { Conversation } from '../domain/conversation.js';
import { mustSee } from './conversation.policy.js';
import type { ConversationStore } from './conversation.store.js';
import type { EntryDraft } from '../domain/entry.js';
import { firstEntry } from './first-entry.js';
import type { ImageShelf, KeepImages } from './image-shelf.js';
import { presentMessage } from './message.presenter.js';
import type { MessageStore } from './message.store.js';
import type { PostEntry } from './post-entry.js';
import type { Spoken } from './spoken.js';

interface Deps {
  conversations: ConversationStore;
  messages: MessageStore;
  post: PostEntry;
  spoken: Spoken;
  images: ImageShelf;
  keepImages: KeepImages;
  quota: Quota;
}

/**
 * Sends a message. Returns once a majority has it on disk. The same client message id returns the same message again, even
 * when the conversation was closed meanwhile. Throws NOT_FOUND, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT,
 * VALIDATION_FAILED (images or the entry replied to are not there), RATE_LIMITED, UNAVAILABLE.
 */
export const createSendMessage =
  (deps: Deps) =>
  async (
    actor: Actor,
    input: request.SendMessage,
  ): Promise<{ message: view.Message; duplicate: boolean }> => {
    await deps.quota(actor.userId);
    const found = await deps.conversations.get(input.conversationId);
    const conversation = await mustSee(deps.spoken, found, actor.userId);
    const draft = await prepare(deps, actor, conversation, input);
    try {
      const { entry, duplicate } = await deps.post(conversation, draft, actor);
      await deps.keepImages(entry);
      return { message: presentMessage(entry), duplicate };
    } catch (error) {
      if (error instanceof Refusal && error.code === 'IDEMPOTENCY_CONFLICT')
        await releaseImages(deps, draft);
      throw error;
    }
  };

/** The client message id belongs to another message, which has its own images, so these are given back. */
async function releaseImages(deps: Deps, draft: EntryDraft): Promise<void> {
  const { conversationId, senderId, clientMessageId, images = [] } = draft;
  if (images.length === 0) return;
  const standing = await deps.messages.byClientId(conversationId, senderId, clientMessageId);
  const kept = new Set(standing?.images?.map(({ id }) => id));
  const ids = images.map(({ id }) => id).filter((id) => !kept.has(id));
  await deps.images.release(ids, draft);
}

/** For a plain text to an open conversation, which nearly all messages are, this reads nothing from the database. */
async function prepare(
  deps: Deps,
  actor: Actor,
  conversation: Conversation,
  input: request.SendMessage,
): Promise<EntryDraft> {
  const { imageIds, ...said } = input;
  const draft: EntryDraft = {
    ...said,
    senderId: actor.userId,
    // The image shelf knows the sizes. A repeat needs none, since the first entry has them.
    ...(imageIds ? { images: imageIds.map((id) => ({ id, width: 0, height: 0 })) } : {}),
  };
  if (!imageIds && !said.replyToSeq && !conversation.closed) return draft;
  if (await firstEntry(deps.messages, draft)) return draft;
  const posted = conversation.post(actor.userId, draft);
  if (said.replyToSeq) await mustExist(deps, conversation.id, said.replyToSeq);
  if (!imageIds) return posted;
  const { clientMessageId } = said;
  const to = { ownerId: actor.userId, conversationId: conversation.id, clientMessageId };
  return { ...posted, images: await deps.images.attach(imageIds, to) };
}

async function mustExist(deps: Deps, conversationId: string, seq: number): Promise<void> {
  if (seq > (await deps.messages.lastSeq(conversationId)))
    throw new Refusal('VALIDATION_FAILED', 'There is no such entry to reply to', {
      errors: [{ path: 'replyToSeq', message: 'is beyond the end of the conversation' }],
    });
}
