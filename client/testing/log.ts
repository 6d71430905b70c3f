import { Refusal } from '../../src/contract/errors.js';
import type { request, view } from '../../src/contract/index.js';
import { limits } from '../../src/contract/limits.js';
import { fallbackOf } from '../../src/domain/fallback-text.js';
import { mustBeAuthor, mustBeEditable, mustBeUnsendable } from '../../src/domain/may-change.js';
import { containing } from '../../src/domain/search-words.js';
import { findOwn, ownConversations } from './conversations.js';
import type { Actor, StoredConversation, StoredEntry, World } from './world.js';

export interface Draft extends Partial<view.Message> {
  senderId: string | null;
  clientMessageId: string;
  kind: view.MessageKind;
}
interface Appended {
  message: view.Message;
  duplicate: boolean;
}

/**
 * The only way to write anything durable: adds an entry with the next `seq`, or finds the one under this id. A repeat
 * is told again, as by the real gateway. Throws IDEMPOTENCY_CONFLICT.
 */
export function append(
  world: World,
  conversationId: string,
  { senderId, clientMessageId, ...said }: Draft,
  origin: { socketId?: string | undefined; clientMessageId?: string } = {},
): Appended {
  const conversation = world.state.conversations[conversationId]!;
  const content = JSON.stringify(said);
  const known = findSent(conversation, senderId, clientMessageId);
  if (known && known.content !== content) throw new Refusal('IDEMPOTENCY_CONFLICT');
  const message: view.Message = known?.message ?? {
    id: world.nextId('message'),
    conversationId,
    seq: conversation.entries.length + 1,
    senderId,
    ...said,
    state: 'active',
    fallbackText: fallbackOf(said),
    createdAt: world.now().toISOString(),
  };
  if (!known) {
    conversation.entries.push({ clientMessageId, content, message });
    for (const own of Object.values(conversation.members)) own.archived = false;
    world.touch(conversation);
  }
  const sentAs = origin.clientMessageId ?? clientMessageId;
  for (const person of Object.keys(conversation.members))
    if (person === senderId)
      world.tell(person, 'message:new', { message, clientMessageId: sentAs }, origin.socketId);
    else world.tell(person, 'message:new', { message });
  world.appended(conversation);
  return { message, duplicate: known !== undefined };
}

export const findSent = (
  { entries }: StoredConversation,
  senderId: string | null,
  sentAs: string,
): StoredEntry | undefined =>
  entries.find(
    ({ message, clientMessageId }) => message.senderId === senderId && clientMessageId === sentAs,
  );

/** Throws NOT_FOUND, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, VALIDATION_FAILED. */
export function sendMessage(world: World, actor: Actor, input: request.SendMessage): Appended {
  const { conversationId, imageIds, ...said } = input;
  const conversation = findOwn(world, actor, conversationId);
  const known = findSent(conversation, actor.userId, said.clientMessageId);
  if (!known) {
    if (world.isClosed(conversationId)) throw new Refusal('CONVERSATION_CLOSED');
    if ((said.replyToSeq ?? 0) > conversation.entries.length)
      throw wrong('replyToSeq', 'is beyond the end of the conversation');
    const { images } = world.state;
    for (const id of imageIds ?? [])
      if (images[id]?.ownerId !== actor.userId || images[id].used)
        throw wrong('imageIds', 'names an image that this message cannot use');
  }
  const images = imageIds ? { images: imageIds.map(presentImage) } : {};
  const sent = append(world, conversationId, { ...said, ...images, senderId: actor.userId }, actor);
  for (const id of imageIds ?? []) world.state.images[id]!.used = true;
  return sent;
}

export const wrong = (path: string, message: string) =>
  new Refusal('VALIDATION_FAILED', undefined, { errors: [{ path, message }] });

/** All images have one size, since the file is not read. */
const presentImage = (id: string): view.Image => ({
  id,
  urls: { thumb: `/v1/images/${id}/thumb`, full: `/v1/images/${id}/full` },
  width: 640,
  height: 480,
});

/** Throws PAYLOAD_TOO_LARGE, and UNSUPPORTED_TYPE for a file whose declared type is none of the accepted images. */
export function uploadImage(world: World, actor: Actor, file: unknown): view.Image {
  if (file instanceof Blob && file.size > limits.imageBytes) throw new Refusal('PAYLOAD_TOO_LARGE');
  const isNone = /^(?!$|image\/(jpeg|a?png|webp|gif|avif)$)/;
  if (file instanceof Blob && isNone.test(file.type)) throw new Refusal('UNSUPPORTED_TYPE');
  const id = world.nextId('image');
  world.state.images[id] = { ownerId: actor.userId, used: false };
  return presentImage(id);
}

interface Changed extends Appended {
  target: view.Message;
}

/** Throws NOT_FOUND, FORBIDDEN, EDIT_WINDOW_EXPIRED, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT. */
export function editMessage(world: World, actor: Actor, input: request.EditMessageAt): Changed {
  const { conversationId, clientMessageId, text, seq } = input;
  const conversation = findOwn(world, actor, conversationId);
  const before = () => conversation.entries[seq - 1]?.message;
  if (!findSent(conversation, actor.userId, clientMessageId)) {
    const target = before();
    mustBeAuthor(target, actor.userId);
    mustBeEditable(timed(target), world.now());
    if (world.isClosed(conversationId)) throw new Refusal('CONVERSATION_CLOSED');
  }
  const draft = { senderId: actor.userId, clientMessageId, kind: 'edit', targetSeq: seq } as const;
  const edit = append(world, conversationId, { ...draft, text }, actor);
  if (!edit.duplicate)
    put(conversation, { ...before()!, text, state: 'edited', editedAt: edit.message.createdAt });
  return { ...edit, target: before()! };
}

/** Removes all content for good, earlier edits included. A repeat gets the first answer. */
export function unsendMessage(world: World, actor: Actor, input: request.UnsendMessageAt): Changed {
  const { conversationId, seq, clientMessageId = `unsend-entry-${seq}` } = input;
  const conversation = findOwn(world, actor, conversationId);
  const messages = () => conversation.entries.map(({ message }) => message);
  const target = messages()[seq - 1];
  const about = (kind: view.MessageKind) => (one: view.Message) =>
    one.kind === kind && one.targetSeq === seq;
  if (!findSent(conversation, actor.userId, clientMessageId)) {
    mustBeAuthor(target, actor.userId);
    const first = messages().find(about('unsend'));
    if (first) return { message: first, target, duplicate: true };
    mustBeUnsendable(timed(target), world.now());
    if (world.isClosed(conversationId)) throw new Refusal('CONVERSATION_CLOSED');
  }
  const draft = {
    senderId: actor.userId,
    clientMessageId,
    kind: 'unsend',
    targetSeq: seq,
  } as const;
  const unsend = append(world, conversationId, draft, actor);
  for (const said of [target!, ...messages().filter(about('edit'))]) {
    const { text: _text, images: _images, place: _place, ...rest } = said;
    put(conversation, { ...rest, state: 'unsent' });
  }
  return { ...unsend, target: messages()[seq - 1]! };
}

const timed = ({ state, createdAt }: view.Message) => ({ state, createdAt: new Date(createdAt) });

/** Replaces the entry by what it is now. */
function put(conversation: StoredConversation, message: view.Message): void {
  const reads = { ...message, fallbackText: fallbackOf(message) };
  conversation.entries[message.seq - 1]!.message = reads;
}

/** `beforeSeq` pages backwards, `afterSeq` forwards; without either it starts from the newest. Throws NOT_FOUND. */
export function readHistory(
  world: World,
  actor: Actor,
  id: string,
  query: { beforeSeq?: number | undefined; afterSeq?: number | undefined; limit: number },
) {
  const all = findOwn(world, actor, id).entries.map(({ message }) => message);
  const { beforeSeq = all.length + 1, afterSeq, limit } = query;
  const found =
    afterSeq === undefined
      ? all.slice(0, Math.max(0, beforeSeq - 1)).reverse()
      : all.slice(afterSeq);
  return { items: found.slice(0, limit), nextCursor: null, hasMore: found.length > limit };
}

/** Entries of one's own conversations that contain the words, newest first. Throws NOT_FOUND. */
export function searchMessages(world: World, actor: Actor, query: request.SearchMessages) {
  const { q, conversationId } = query;
  const says = containing(q);
  const among =
    conversationId === undefined
      ? ownConversations(world, actor.userId)
      : [findOwn(world, actor, conversationId)];
  return among
    .flatMap(({ entries }) => entries.map(({ message }) => message))
    .filter(({ kind, text = '', place }) =>
      [text, place?.name ?? ''].some((said) => kind !== 'edit' && says.test(said)),
    )
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.seq - a.seq);
}
