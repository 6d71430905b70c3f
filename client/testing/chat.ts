import { invalid } from '../../src/contract/errors.js';
import type { request } from '../../src/contract/index.js';
import { Conversation } from '../../src/domain/conversation.js';
import { conversationIdOf } from '../../src/domain/ids.js';
import { mustBeAuthor, mustBeEditable, mustBeUnsendable } from '../../src/domain/may-change.js';
import { presentMessage } from '../../src/domain/message-view.js';
import { messageWords } from '../../src/domain/search/message-words.js';
import { imageOf, mustBeUsable, useImages } from './images.js';
import { seenListing } from './listings.js';
import { inConversation, ownTalk, ownTalks, talkOf } from './talk.js';
import type { Caller, Events, Routes } from './world.js';

/** Forward only, never beyond the log; read implies delivered. */
function moveReceipts(me: Caller, to: request.MoveReceipts & { conversationId: string }) {
  const { world, userId, socketId } = me;
  const talk = ownTalk(me, to.conversationId);
  const own = talk.member(userId);
  const end = talk.entries.length;
  const readSeq = Math.max(own.readSeq, Math.min(to.readSeq ?? 0, end));
  const arrived = Math.min(to.deliveredSeq ?? 0, end);
  const deliveredSeq = Math.max(own.deliveredSeq, readSeq, arrived);
  if (readSeq > own.readSeq || deliveredSeq > own.deliveredSeq) {
    // Once it is closed the other side learns nothing of what is read.
    const frozen = own.frozen ?? { deliveredSeq: own.deliveredSeq, readSeq: own.readSeq };
    Object.assign(own, { deliveredSeq, readSeq, frozen: talk.closed ? frozen : undefined });
    talk.touch();
    const moved = { conversationId: talk.id, userId, deliveredSeq, readSeq };
    for (const person of talk.closed ? [userId] : talk.people)
      world.tell(person, 'receipt:updated', moved, person === userId ? socketId : undefined);
  }
  return { deliveredSeq, readSeq, unread: talk.unreadOf(userId) };
}

export const chatEvents = {
  'conversation:open': (me, { listingId }) => {
    const { world, userId } = me;
    const id = conversationIdOf(listingId, userId);
    const duplicate = world.state.conversations[id] !== undefined;
    if (!duplicate) {
      const opened = Conversation.between(id, userId, seenListing(me, listingId), world.now());
      const own = { deliveredSeq: 0, readSeq: 0, muted: false, pinned: false, archived: false };
      const members = Object.fromEntries(opened.people.map((person) => [person, { ...own }]));
      world.state.conversations[id] = { ...opened.snapshot(), entries: [], members, changed: 0 };
    }
    const talk = talkOf(world, id);
    if (!duplicate) talk.touch();
    talk.rejoin(userId);
    return { conversation: talk.viewFor(userId), duplicate };
  },

  'message:send': (me, { imageIds, ...said }) => {
    const { userId } = me;
    const talk = ownTalk(me, said.conversationId);
    const usedBy = `${talk.id}:${said.clientMessageId}`;
    if (!talk.findSent(userId, said.clientMessageId)) {
      talk.mustBeOpen();
      if ((said.replyToSeq ?? 0) > talk.entries.length)
        throw invalid('replyToSeq', 'is beyond the end of the conversation');
      mustBeUsable(me, imageIds ?? [], usedBy, 'message');
    }
    const shown = imageIds ? { images: imageIds.map(imageOf) } : {};
    const sent = talk.says({ ...said, ...shown, senderId: userId }, me);
    useImages(me, imageIds ?? [], usedBy);
    return sent;
  },

  'message:edit': (me, { conversationId, seq, ...sent }) => {
    const { world, userId } = me;
    const talk = ownTalk(me, conversationId);
    const target = talk.entries[seq - 1];
    if (!talk.findSent(userId, sent.clientMessageId)) {
      mustBeAuthor(target, userId);
      mustBeEditable(target, world.now());
      talk.mustBeOpen();
    }
    const edit = talk.says({ ...sent, senderId: userId, kind: 'edit', targetSeq: seq }, me);
    const editedAt = new Date(edit.message.createdAt);
    if (!edit.duplicate) Object.assign(target!, { text: sent.text, state: 'edited', editedAt });
    return { ...edit, target: presentMessage(target!, userId) };
  },

  /** Removes all content for good, earlier edits included. A repeat gets the first answer. */
  'message:unsend': (me, { conversationId, seq, ...sent }) => {
    const { world, userId } = me;
    const { clientMessageId = `unsend-entry-${seq}` } = sent;
    const talk = ownTalk(me, conversationId);
    const { entries } = talk;
    const target = entries[seq - 1];
    if (!talk.findSent(userId, clientMessageId)) {
      mustBeAuthor(target, userId);
      const first = target.unsendSeq && entries[target.unsendSeq - 1];
      if (first)
        return {
          message: presentMessage(first, userId),
          target: presentMessage(target, userId),
          duplicate: true,
        };
      mustBeUnsendable(target, world.now());
      talk.mustBeOpen();
    }
    const draft = { senderId: userId, clientMessageId, kind: 'unsend', targetSeq: seq } as const;
    const unsend = talk.append(draft, me);
    target!.unsendSeq = unsend.message.seq;
    for (const said of entries)
      if (said === target || (said.kind === 'edit' && said.targetSeq === seq)) {
        said.state = 'unsent';
        for (const content of ['text', 'images', 'place'] as const) delete said[content];
      }
    return { ...unsend, target: presentMessage(target!, userId) };
  },

  'receipt:delivered': (me, { seq, ...at }) => moveReceipts(me, { ...at, deliveredSeq: seq }),
  'receipt:read': (me, { seq, ...at }) => moveReceipts(me, { ...at, readSeq: seq }),

  'typing:set': (me, { conversationId, typing }) => {
    const { world, userId } = me;
    const talk = ownTalk(me, conversationId);
    const said = { conversationId, userId, typing };
    if (!talk.closed) world.tell(talk.otherThan(userId), 'typing', said);
    return {};
  },
} satisfies Partial<Events>;

export const chatRoutes: Routes = {
  openConversation: (me, input) => {
    const { conversation, duplicate } = chatEvents['conversation:open'](me, input);
    return { ...conversation, duplicate };
  },

  listConversations: (me, { box }) =>
    ownTalks(me)
      .map((talk) => talk.viewFor(me.userId))
      .filter(({ archived }) => archived === (box === 'archived')),

  getConversation: (me, { id }) => ownTalk(me, id).viewFor(me.userId),

  changeMembership: (me, { id, ...change }) => {
    const { world, userId, socketId } = me;
    const talk = ownTalk(me, id);
    Object.assign(talk.member(userId), change);
    talk.touch();
    if (change.archived === false) talk.rejoin(userId);
    const shown = talk.viewFor(userId);
    if (!talk.hasLeft(userId)) world.tell(userId, 'conversation:updated', shown, socketId);
    return shown;
  },

  moveReceipts: inConversation(moveReceipts),
  sendMessage: inConversation(chatEvents['message:send']),
  editMessage: inConversation(chatEvents['message:edit']),
  unsendMessage: inConversation(chatEvents['message:unsend']),

  /** `beforeSeq` pages backwards, `afterSeq` forwards; without either it starts from the newest. */
  readHistory: (me, { id, beforeSeq, afterSeq, limit }) => {
    const { entries } = ownTalk(me, id);
    const end = beforeSeq === undefined ? entries.length : Math.max(0, beforeSeq - 1);
    const found =
      afterSeq === undefined ? entries.slice(0, end).reverse() : entries.slice(afterSeq);
    const items = found.slice(0, limit).map((entry) => presentMessage(entry, me.userId));
    return { items, nextCursor: null, hasMore: found.length > limit };
  },

  /** Entries of one's own conversations that say the words, newest first. */
  searchMessages: (me, { q, conversationId }) => {
    const { finds } = messageWords(q);
    const among = conversationId === undefined ? ownTalks(me) : [ownTalk(me, conversationId)];
    const found = among
      .flatMap(({ entries }) => entries)
      .filter(
        ({ kind, text = '', place }) => kind !== 'edit' && finds(`${text} ${place?.name ?? ''}`),
      )
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.seq - a.seq);
    return { all: found.map((entry) => presentMessage(entry, me.userId)), complete: true };
  },
};
