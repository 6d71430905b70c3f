import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import type { Message } from '../contract-types.js';
import { checkClientMessageId, checkText, checkWhole } from './check.js';
import { findOwn, isClosed } from './conversations.js';
import { fallbackOf } from './fallback-text.js';
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
  const repeated = findSent(conversation, actor.userId, clientMessageId) !== undefined;
  if (!repeated) {
    mustBeAuthor(target, actor);
    if (target.state === 'unsent') throw new Refusal('EDIT_WINDOW_EXPIRED');
    mustBeInTime(world, conversation, target, limits.editSeconds);
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
    mustBeAuthor(target, actor);
    const first = conversation.entries.find(
      ({ message }) => message.kind === 'unsend' && message.targetSeq === seq,
    );
    if (first) return { message: first.message, target, duplicate: true };
    mustBeInTime(world, conversation, target, limits.unsendSeconds);
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

function find(world: World, actor: Actor, input: Record<string, unknown>) {
  const conversation = findOwn(world, actor, input.conversationId);
  checkWhole(input.seq, 'seq', 1);
  const target = conversation.entries[input.seq - 1]?.message;
  if (!target) throw new Refusal('NOT_FOUND', 'No such message');
  return { conversation, target };
}

function mustBeAuthor(target: Message, actor: Actor): void {
  if (target.senderId !== actor.userId || !['text', 'image', 'place'].includes(target.kind))
    throw new Refusal('FORBIDDEN');
}

function mustBeInTime(
  world: World,
  conversation: StoredConversation,
  target: Message,
  seconds: number,
): void {
  if (world.now().getTime() - Date.parse(target.createdAt) > seconds * 1_000)
    throw new Refusal('EDIT_WINDOW_EXPIRED');
  if (isClosed(world, conversation)) throw new Refusal('CONVERSATION_CLOSED');
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
