import { limits } from '../../src/contract/limits.js';
import { findOwn, ownConversations } from './conversations.js';
import type { Actor, World } from './world.js';

/** Entries of one's own conversations whose text contains the words as written, newest first. */
export function searchMessages(world: World, actor: Actor, words: string, conversationId?: string) {
  const among =
    conversationId === undefined
      ? ownConversations(world, actor.userId)
      : [findOwn(world, actor, conversationId)];
  const items = among
    .flatMap(({ entries }) => entries.map(({ message }) => message))
    .filter(({ kind, text }) => kind !== 'edit' && text?.includes(words))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.seq - a.seq);
  return { items: items.slice(0, limits.pageDefault), nextCursor: null, complete: true };
}
