import type { Conversation } from '../domain/conversation.js';
import type { Entry, EntryDraft } from '../domain/entry.js';
import { cautionNotice } from '../domain/notices.js';
import { contentHashOf } from './content-hash.js';
import type { ConversationContext } from './conversation-context.js';
import { postEntry } from './post-entry.js';

/**
 * The draft as it is stored: with numbers of known fraud masked, and what the other side is warned of. Its hash is that
 * of what was sent, so that a repeat is recognised even when the numbers that are known have changed.
 */
export async function screened<D extends EntryDraft>(
  { screening }: Pick<ConversationContext, 'screening'>,
  draft: D,
): Promise<D> {
  if (draft.text === undefined) return draft;
  const [found] = await screening.run(draft.text);
  if (!found || found.cautions.length === 0) return draft;
  const { text, cautions } = found;
  return {
    ...draft,
    ...(text === draft.text ? {} : { text, contentHash: contentHashOf(draft) }),
    cautions,
  };
}

/**
 * Warns the other side of what an entry says. The command does it, and the relay again in case it died; of each kind
 * there is one warning a day.
 */
export async function warnOther(
  chat: ConversationContext,
  conversation: Conversation,
  entry: Entry,
): Promise<void> {
  if (!entry.cautions || entry.senderId === null) return;
  const toId = conversation.otherThan(entry.senderId);
  for (const caution of entry.cautions)
    await postEntry(chat, conversation, cautionNotice(entry, toId, caution));
}

/** The same where an answer waits: what fails is left to the relay, since the entry itself is stored. */
export const warnOrLeave = (
  chat: ConversationContext,
  conversation: Conversation,
  entry: Entry,
): Promise<void> =>
  warnOther(chat, conversation, entry).catch(({ message: reason }: Error) =>
    chat.log.warn({ reason }, 'a warning was not written: the relay will write it'),
  );
