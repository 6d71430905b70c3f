import type { view } from '../contract/index.js';
import { coarsely } from '../domain/last-active.js';
import type { ConversationContext } from './conversation-context.js';

/** Decides who may see whose presence, and reads it. */
export function createPresenceCommands(chat: ConversationContext) {
  return {
    /**
     * Those of `others` whose presence `askerId` may see: they share an open conversation. All others look offline, so
     * nobody learns that something is hidden from them.
     */
    async knownTo(askerId: string, others: readonly string[]): Promise<Set<string>> {
      const shared = await chat.inbox.sharedWith(askerId, others);
      const conversations = await chat.conversations.getMany(
        shared.map(({ conversationId }) => conversationId),
      );
      const known = await Promise.all(
        shared.map(async ({ otherId, conversationId, lastSeq }) => {
          const conversation = conversations.get(conversationId);
          if (conversation?.closed !== false) return [];
          // A row may be a little behind the log, and people look right after they were written to.
          const isKnown =
            conversation.buyerId === askerId ||
            lastSeq > 0 ||
            (await chat.spoken.ask(conversationId));
          return isKnown ? [otherId] : [];
        }),
      );
      return new Set(known.flat());
    },

    /** Those of these people who have a device connected. Throws when Redis is away. */
    async online(userIds: readonly string[]): Promise<Set<string>> {
      const nodes = await chat.presence.nodesOf([...userIds]);
      return new Set(userIds.filter((userId) => (nodes.get(userId)?.length ?? 0) > 0));
    },

    /** Presence as others see it, given who is online. */
    async present(
      userIds: readonly string[],
      online: ReadonlySet<string>,
    ): Promise<Map<string, view.Presence>> {
      const times = await chat.lastSeen.of(userIds.filter((userId) => !online.has(userId)));
      const now = chat.clock();
      return new Map(
        userIds.map((userId) => {
          const at = online.has(userId) ? now : times.get(userId);
          const lastActiveAt = at ? coarsely(at, now).toISOString() : null;
          return [userId, { userId, online: online.has(userId), lastActiveAt }];
        }),
      );
    },
  };
}
