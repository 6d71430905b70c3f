import type { Conversation } from '../../../client/index.js';
import { sideOf } from '../room/other-side.js';

/** What the list of chats may be narrowed to; the archive is a list of its own. */
export const chatFilters = ['all', 'unread', 'buying', 'selling', 'archived'] as const;
export type ChatFilter = (typeof chatFilters)[number];

/** Whether a filter shows a conversation of the list that it is about. */
export function fits(filter: ChatFilter, conversation: Conversation, me: string): boolean {
  if (filter === 'unread') return conversation.unread > 0;
  if (filter === 'buying') return sideOf(conversation, me) === 'buyer';
  if (filter === 'selling') return sideOf(conversation, me) === 'seller';
  return true;
}
