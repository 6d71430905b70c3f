import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { lineOf } from '../../src/contract/text.js';
import { fallbackOf } from '../../src/domain/fallback-text.js';
import type { Message } from '../contract-types.js';
import {
  checkClientMessageId,
  checkId,
  checkList,
  checkText,
  checkWhole,
  mustBe,
  withoutLeftOut,
} from './check.js';
import { findOwn, isClosed, peopleOf, touch } from './conversations.js';
import type { Actor, StoredConversation, StoredEntry, World } from './world.js';

export interface Draft extends Pick<Message, 'kind'> {
  senderId: string | null;
  clientMessageId: string;
  fields: Partial<Message>;
}

/**
 * The one way in which anything durable happens: the next `seq`, or the entry that is already there under this id. A
 * repeat is told again, as the real gateway does. Throws IDEMPOTENCY_CONFLICT.
 */
export function append(
  world: World,
  conversation: StoredConversation,
  draft: Draft,
  origin: { socketId?: string; clientMessageId?: string } = {},
): { message: Message; duplicate: boolean } {
  const { senderId, clientMessageId, kind, fields } = draft;
  const content = JSON.stringify([kind, fields]);
  const known = findSent(conversation, senderId, clientMessageId);
  if (known && known.content !== content) throw new Refusal('IDEMPOTENCY_CONFLICT');
  const entry = known ?? {
    clientMessageId,
    content,
    message: {
      id: world.nextId('message'),
      conversationId: conversation.id,
      seq: conversation.entries.length + 1,
      senderId,
      kind,
      ...fields,
      state: 'active' as const,
      fallbackText: fallbackOf({ kind, ...fields }),
      createdAt: world.now().toISOString(),
    },
  };
  if (!known) {
    conversation.entries.push(entry);
    for (const own of Object.values(conversation.members)) own.archived = false;
    touch(world, conversation);
  }
  tellEntry(world, conversation, entry, origin);
  return { message: entry.message, duplicate: known !== undefined };
}

export function findSent(
  conversation: StoredConversation,
  senderId: string | null,
  clientMessageId: string,
): StoredEntry | undefined {
  return conversation.entries.find(
    (entry) => entry.message.senderId === senderId && entry.clientMessageId === clientMessageId,
  );
}

function tellEntry(
  world: World,
  conversation: StoredConversation,
  { message, clientMessageId }: StoredEntry,
  origin: { socketId?: string; clientMessageId?: string },
): void {
  for (const person of peopleOf(conversation)) {
    const own = person === message.senderId;
    const payload = own
      ? { message, clientMessageId: origin.clientMessageId ?? clientMessageId }
      : { message };
    world.tell(person, 'message:new', payload, own ? origin.socketId : undefined);
  }
  world.appended(conversation);
}

/** Throws NOT_FOUND, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, VALIDATION_FAILED. */
export function sendMessage(
  world: World,
  actor: Actor,
  input: Record<string, unknown>,
): { message: Message; duplicate: boolean } {
  const conversation = findOwn(world, actor, input.conversationId);
  const { clientMessageId, kind = 'text' } = input;
  checkClientMessageId(clientMessageId);
  const known = findSent(conversation, actor.userId, clientMessageId);
  if (!known && isClosed(world, conversation)) throw new Refusal('CONVERSATION_CLOSED');
  const fields = {
    ...contentOf(world, actor, kind, input, known),
    ...replyOf(conversation, input.replyToSeq),
  };
  const sent = append(
    world,
    conversation,
    {
      senderId: actor.userId,
      clientMessageId,
      kind: kind as Message['kind'],
      fields,
    },
    actor,
  );
  for (const image of sent.message.images ?? []) world.state.images[image.id]!.used = true;
  return sent;
}

function contentOf(
  world: World,
  actor: Actor,
  kind: unknown,
  { text, imageIds, place }: Record<string, unknown>,
  known: StoredEntry | undefined,
): Partial<Message> {
  mustBe(kind === 'text' || kind === 'image' || kind === 'place', 'kind', 'is not a kind');
  const caption = text !== undefined || kind === 'text' ? { text: checkText(text) } : {};
  mustBe(kind === 'image' || imageIds === undefined, 'imageIds', `is not for a ${kind}`);
  mustBe(kind === 'place' || place === undefined, 'place', `is not for a ${kind}`);
  if (kind === 'image') {
    checkList(imageIds, 'imageIds', 1, limits.imagesPerMessage);
    return { ...caption, images: imageIds.map((id) => imageOf(world, actor, id, known)) };
  }
  if (kind === 'text') return caption;
  mustBe(typeof place === 'object' && place !== null, 'place', 'is what a place is made of');
  const { name, ...at } = withoutLeftOut(place) as unknown as NonNullable<Message['place']>;
  if (name === undefined) return { ...caption, place: at };
  return {
    ...caption,
    place: { ...at, name: checkText(name, 'place.name', limits.placeNameLength, lineOf) },
  };
}

function imageOf(world: World, actor: Actor, id: unknown, known: StoredEntry | undefined) {
  checkId(id, 'imageIds');
  const image = world.state.images[id];
  const free = known !== undefined || image?.used === false;
  mustBe(image?.ownerId === actor.userId && free, 'imageIds', 'is not an image of yours to send');
  return presentImage(id, image);
}

export const presentImage = (id: string, { width, height }: { width: number; height: number }) => ({
  id,
  urls: { thumb: `/v1/images/${id}/thumb`, full: `/v1/images/${id}/full` },
  width,
  height,
});

function replyOf(conversation: StoredConversation, replyToSeq: unknown): Partial<Message> {
  if (replyToSeq === undefined) return {};
  checkWhole(replyToSeq, 'replyToSeq', 1);
  mustBe(replyToSeq <= conversation.entries.length, 'replyToSeq', 'is not an earlier entry');
  return { replyToSeq };
}

/** `beforeSeq` descends, `afterSeq` ascends, without either from the newest down. */
export function readHistory(
  conversation: StoredConversation,
  query: { beforeSeq?: number; afterSeq?: number; limit: number },
): { items: Message[]; nextCursor: null; hasMore: boolean } {
  const { beforeSeq = conversation.entries.length + 1, afterSeq, limit } = query;
  const all = conversation.entries.map(({ message }) => message);
  const found =
    afterSeq === undefined
      ? all.slice(0, Math.max(0, beforeSeq - 1)).reverse()
      : all.slice(afterSeq);
  return { items: found.slice(0, limit), nextCursor: null, hasMore: found.length > limit };
}
