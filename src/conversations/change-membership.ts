import type { request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { ConversationContext } from './conversation-context.js';
import { mustSee } from './conversation.policy.js';
import { presentToReader, type PresentedConversation } from './conversation.presenter.js';
import { changeOwn, rejoin } from './leave-conversation.js';

/**
 * Mutes, pins or archives a conversation for one person; their own devices are told, the other side is not. Who takes a
 * conversation that they left out of the archive opens it again. Throws NOT_FOUND, VERSION_CONFLICT.
 */
export const createChangeMembership =
  (chat: ConversationContext) =>
  async (
    actor: Actor,
    id: string,
    change: request.ChangeMembership,
    ifVersion?: number,
  ): Promise<PresentedConversation> => {
    const conversation = await mustSee(chat, id, actor.userId);
    if (change.archived === true) {
      // The row may be behind: an older entry that is projected later must not bring the conversation back.
      const last = await chat.messages.newestShown(id);
      if (last) await chat.inbox.project([{ people: [actor.userId], entry: last }]);
    }
    await changeOwn(chat, actor.userId, id, change, ifVersion);
    if (change.archived === false) await rejoin(chat, actor.userId, conversation);
    const changed = (await presentToReader(chat, actor.userId, id))!;
    chat.fanOut.toUser(actor.userId, 'conversation:updated', changed.conversation);
    return changed;
  };
