import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
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
  const { text } = input;
  checkText(text);
  return change(world, actor, input, 'edit', limits.editSeconds, { text }, (target) => ({
    ...target,
    text,
    fallbackText: text,
    state: 'edited',
    editedAt: world.now().toISOString(),
  }));
}

/** The same, and final: nothing of the content is left, not even in earlier edits. */
export function unsendMessage(world: World, actor: Actor, input: Record<string, unknown>): Changed {
  const named = { clientMessageId: `unsend-${String(input.seq)}-of-mine`, ...input };
  return change(world, actor, named, 'unsend', limits.unsendSeconds, {}, (target) => {
    const { text: _text, images: _images, place: _place, ...rest } = target;
    return { ...rest, state: 'unsent', fallbackText: unsentText };
  });
}

const unsentText = '삭제된 메시지입니다.';

function change(
  world: World,
  actor: Actor,
  input: Record<string, unknown>,
  kind: 'edit' | 'unsend',
  windowSeconds: number,
  content: Partial<Message>,
  apply: (target: Message) => Message,
): Changed {
  const conversation = findOwn(world, actor, input.conversationId);
  const { seq, clientMessageId } = input;
  checkWhole(seq, 'seq', 1);
  checkClientMessageId(clientMessageId);
  const target = conversation.entries[seq - 1];
  if (!target) throw new Refusal('NOT_FOUND', 'No such entry');
  if (!findSent(conversation, actor.userId, clientMessageId))
    mustBeChangeable(world, actor, conversation, target.message, windowSeconds);
  const { message, duplicate } = append(
    world,
    conversation,
    {
      senderId: actor.userId,
      clientMessageId,
      kind,
      fallbackText: content.text ?? unsentText,
      fields: { ...content, targetSeq: seq },
    },
    actor,
  );
  if (!duplicate) {
    target.message = apply(target.message);
    if (kind === 'unsend') forgetEdits(conversation, seq);
  }
  return { message, target: target.message, duplicate };
}

function mustBeChangeable(
  world: World,
  actor: Actor,
  conversation: StoredConversation,
  target: Message,
  windowSeconds: number,
): void {
  const changeable = ['text', 'image', 'place'].includes(target.kind);
  if (target.senderId !== actor.userId || !changeable) throw new Refusal('FORBIDDEN');
  if (isClosed(world, conversation)) throw new Refusal('CONVERSATION_CLOSED');
  const age = world.now().getTime() - Date.parse(target.createdAt);
  if (age > windowSeconds * 1_000 || target.state === 'unsent')
    throw new Refusal('EDIT_WINDOW_EXPIRED');
}

function forgetEdits(conversation: StoredConversation, targetSeq: number): void {
  for (const entry of conversation.entries) {
    if (entry.message.kind !== 'edit' || entry.message.targetSeq !== targetSeq) continue;
    const { text: _text, ...rest } = entry.message;
    entry.message = { ...rest, fallbackText: unsentText };
  }
}
