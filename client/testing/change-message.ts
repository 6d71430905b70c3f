import { Refusal } from '../../src/contract/errors.js';
import { fallbackOf } from '../../src/domain/fallback-text.js';
import { mustBeAuthor, mustBeEditable, mustBeUnsendable } from '../../src/domain/may-change.js';
import type { Message } from '../contract-types.js';
import { checkClientMessageId, checkText, checkWhole } from './check.js';
import { findOwn, isClosed } from './conversations.js';
import { append, findSent } from './log.js';
import type { Actor, StoredConversation, World } from './world.js';

interface Changed {
  message: Message;
  target: Message;
  duplicate: boolean;
}

/** Throws NOT_FOUND, FORBIDDEN, EDIT_WINDOW_EXPIRED, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT. */
export function editMessage(world: World, actor: Actor, input: Record<string, unknown>): Changed {
  const { clientMessageId } = input;
  const text = checkText(input.text);
  checkClientMessageId(clientMessageId);
  const { conversation, target } = find(world, actor, input);
  if (!findSent(conversation, actor.userId, clientMessageId)) {
    mustBeAuthor(target, actor.userId);
    mustBeEditable(timed(target), world.now());
    if (isClosed(world, conversation)) throw new Refusal('CONVERSATION_CLOSED');
  }
  const content = { text, targetSeq: target.seq };
  const edit = { senderId: actor.userId, clientMessageId, kind: 'edit' as const, fields: content };
  const { message, duplicate } = append(world, conversation, edit, actor);
  if (!duplicate)
    put(conversation, { ...target, text, state: 'edited', editedAt: message.createdAt });
  return { message, target: conversation.entries[target.seq - 1]!.message, duplicate };
}

/** Final: nothing of the content is left, not even in earlier edits. A second time is answered as the first. */
export function unsendMessage(world: World, actor: Actor, input: Record<string, unknown>): Changed {
  const { conversation, target } = find(world, actor, input);
  const { seq } = target;
  const { clientMessageId = `unsend-entry-${seq}` } = input;
  checkClientMessageId(clientMessageId);
  if (!findSent(conversation, actor.userId, clientMessageId)) {
    mustBeAuthor(target, actor.userId);
    const first = conversation.entries.find(
      ({ message }) => message.kind === 'unsend' && message.targetSeq === seq,
    );
    if (first) return { message: first.message, target, duplicate: true };
    mustBeUnsendable(timed(target), world.now());
    if (isClosed(world, conversation)) throw new Refusal('CONVERSATION_CLOSED');
  }
  const unsend = {
    senderId: actor.userId,
    clientMessageId,
    kind: 'unsend' as const,
    fields: { targetSeq: seq },
  };
  const { message, duplicate } = append(world, conversation, unsend, actor);
  const edits = conversation.entries.filter(
    (entry) => entry.message.kind === 'edit' && entry.message.targetSeq === seq,
  );
  for (const said of [target, ...edits.map((entry) => entry.message)])
    put(conversation, emptied(said));
  return { message, target: conversation.entries[seq - 1]!.message, duplicate };
}

const timed = ({ state, createdAt }: Message) => ({ state, createdAt: new Date(createdAt) });

function find(world: World, actor: Actor, input: Record<string, unknown>) {
  const conversation = findOwn(world, actor, input.conversationId);
  checkWhole(input.seq, 'seq', 1);
  const target = conversation.entries[input.seq - 1]?.message;
  if (!target) throw new Refusal('NOT_FOUND', 'No such message');
  return { conversation, target };
}

/** The entry as it reads now, in its place. */
function put(conversation: StoredConversation, message: Message): void {
  conversation.entries[message.seq - 1]!.message = {
    ...message,
    fallbackText: fallbackOf(message),
  };
}

function emptied(message: Message): Message {
  const { text: _text, images: _images, place: _place, ...rest } = message;
  return { ...rest, state: 'unsent' };
}
