import { Refusal, type request } from '../contract/index.js';
import type { Conversation } from '../domain/conversation.js';
import { leftNotice } from '../domain/notices.js';
import type { Actor } from '../platform/actor.js';
import type { ConversationContext } from './conversation-context.js';
import { mustSee, mustTakePart } from './conversation.policy.js';
import { announce, presentConversations } from './conversation.presenter.js';
import { postEntry } from './post-entry.js';

/**
 * Leaves a conversation: it disappears from the person's lists, is closed for both, and its log says so. An empty
 * conversation gets no entry, since the other side never knew of it. It stays so until the person who left opens it
 * again. Leaving twice is no error: it completes a first try that died half-way. Throws NOT_FOUND, RATE_LIMITED,
 * VERSION_CONFLICT (`ifVersion` is no longer the version of the person's row).
 */
export const createLeaveConversation =
  (chat: ConversationContext) =>
  async (actor: Actor, id: string, ifVersion?: number): Promise<void> => {
    const { userId } = actor;
    await mustSee(chat, id, userId);
    await chat.quota(userId);
    if (ifVersion !== undefined) await changeOwn(chat, userId, id, {}, ifVersion);
    await leave(chat, userId, id);
  };

/** Throws NOT_FOUND. */
async function leave(chat: ConversationContext, userId: string, id: string): Promise<void> {
  const left = await chat.conversations.leave(id, userId, chat.clock());
  mustTakePart(left, userId);
  chat.news.announce({ kind: 'closureChanged', userIds: [...left.people], conversationId: id });
  await chat.left.run({ conversation: left, leaverId: userId });
  await settleLeft(chat, userId, left);
  if (await chat.spoken.ask(id))
    await postEntry(chat, left, leftNotice(id, userId, left.leftAt(userId)!));
  await announce(chat, left);
}

/** Somebody whose account is deleted leaves all conversations. A repeat finishes what is left to do. */
export async function leaveAll(chat: ConversationContext, userId: string): Promise<void> {
  for (const id of await chat.inbox.conversationIdsOf(userId)) await leave(chat, userId, id);
}

/**
 * Opens a conversation again, for both people, when the caller had left it; otherwise changes nothing. Repeating it
 * finishes what a first try that died left undone. Throws RATE_LIMITED.
 */
export async function rejoin(
  chat: ConversationContext,
  userId: string,
  { id, people }: Conversation,
): Promise<void> {
  const [known, row] = await Promise.all([
    chat.conversations.fresh(id),
    chat.inbox.get(userId, id),
  ]);
  if (known?.leftAt(userId) === undefined && !row?.left) return;
  await chat.quota(userId);
  const back = await chat.conversations.rejoin(id, userId);
  if (!back) return;
  chat.news.announce({ kind: 'closureChanged', userIds: [...people], conversationId: id });
  await settleLeft(chat, userId, back);
  if (!back.closed) await chat.inbox.showPositions([id], people);
  await announce(chat, back);
}

/**
 * Brings the row of somebody who left, or came back, in line with the conversation. The same person may do the opposite
 * on another node meanwhile. So each writer reads the conversation again after its write, and the last one to write the
 * row has seen its final state.
 */
async function settleLeft(
  { conversations, inbox }: ConversationContext,
  userId: string,
  written: Conversation,
): Promise<void> {
  const isLeft = (one: Conversation | null) => one?.leftAt(userId) !== undefined;
  for (let left = isLeft(written); ; left = !left) {
    await inbox.setLeft(userId, written.id, left);
    if (isLeft(await conversations.fresh(written.id)) === left) return;
  }
}

/** Throws VERSION_CONFLICT, with the conversation as it is now, when the row has another version. */
export async function changeOwn(
  chat: ConversationContext,
  userId: string,
  id: string,
  change: request.ChangeMembership,
  ifVersion: number | undefined,
): Promise<void> {
  if (await chat.inbox.changeOwn(userId, id, change, ifVersion)) return;
  const [current] = await presentConversations(chat, userId, [id]);
  throw new Refusal('VERSION_CONFLICT', undefined, { current });
}
