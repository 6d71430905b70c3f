import { Refusal, type request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { FanOut } from '../platform/fan-out.js';
import { mustSee } from './conversation.policy.js';
import type { PresentConversations } from './conversation.presenter.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxStore } from './inbox.store.js';
import type { MessageStore } from './message.store.js';
import type { Rejoin } from './rejoin-conversation.js';
import type { VersionedConversation } from './read-conversations.js';
import type { Spoken } from './spoken.js';

/**
 * Mutes, pins or archives a conversation for one person; their own devices are told, the other side is not. Who takes a
 * conversation that they left out of the archive opens it again. Throws NOT_FOUND, VERSION_CONFLICT.
 */
export const createChangeMembership =
  (deps: {
    conversations: ConversationStore;
    inbox: InboxStore;
    messages: MessageStore;
    present: PresentConversations;
    rejoin: Rejoin;
    spoken: Spoken;
    fanOut: FanOut;
  }) =>
  async (
    actor: Actor,
    id: string,
    change: request.ChangeMembership,
    ifVersion?: number,
  ): Promise<VersionedConversation> => {
    const conversation = await mustSee(deps.spoken, await deps.conversations.get(id), actor.userId);
    if (change.archived === true) {
      // The row may be behind: an older entry that is projected later must not bring the conversation back.
      const last = await deps.messages.newestShown(id);
      if (last) await deps.inbox.project([{ people: [actor.userId], entry: last }]);
    }
    await changeOwn(deps, actor.userId, id, change, ifVersion);
    if (change.archived === false) await deps.rejoin(actor.userId, conversation);
    // Read before the view: an ETag may be older than the view that it stands for, never newer.
    const version = await deps.inbox.versionOf(actor.userId, id);
    const [shown] = await deps.present(actor.userId, [id]);
    deps.fanOut.toUser(actor.userId, 'conversation:updated', shown!);
    return { conversation: shown!, version };
  };

/** Throws VERSION_CONFLICT, with the conversation as it is now, when the row has another version. */
export async function changeOwn(
  deps: { inbox: InboxStore; present: PresentConversations },
  userId: string,
  id: string,
  change: request.ChangeMembership,
  ifVersion: number | undefined,
): Promise<void> {
  if (await deps.inbox.changeOwn(userId, id, change, ifVersion)) return;
  const [current] = await deps.present(userId, [id]);
  throw new Refusal('VERSION_CONFLICT', undefined, { current });
}
