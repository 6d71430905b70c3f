import type { Api } from './api.js';
import type { Connection } from './connection.js';
import type { Conversations } from './conversations.js';
import type { Receipts } from './receipts.js';
import type { Sync } from './sync.js';
import type { Typing } from './typing.js';

interface Receivers {
  connection: Connection;
  conversations: Conversations;
  receipts: Receipts;
  typing: Typing;
  sync: Sync;
  api: Api;
}

/** Passes every event of the server to the part that keeps it. Events of a newer server are ignored. */
export function takeServerEvents(to: Receivers): void {
  const { connection, conversations } = to;

  /** Fetches a conversation that this device hears of for the first time. */
  const meet = (conversationId: string) => {
    to.sync.catchUpWith(conversationId);
    if (conversations.room(conversationId).snapshot().conversation) return;
    const answer = to.api
      .getConversation(conversationId)
      // If something else brought it meanwhile, that is not older than this answer.
      .then((found) => conversations.room(conversationId).snapshot().conversation ?? found);
    conversations.learn(answer).catch(() => undefined);
  };

  connection.on('message:new', ({ message, clientMessageId }) => {
    if (!conversations.receive(message, clientMessageId)) meet(message.conversationId);
  });
  connection.on('conversation:updated', (conversation) => {
    conversations.told(conversation);
  });
  connection.on('receipt:updated', ({ conversationId, userId, ...position }) => {
    conversations.move(conversationId, userId, position);
  });
  connection.on('typing', ({ conversationId, typing }) => to.typing.show(conversationId, typing));
  connection.on('sync:hint', ({ conversationId, lastSeq }) => {
    const room = conversations.room(conversationId);
    if (room.log.last < lastSeq) to.sync.catchUpWith(conversationId);
    else to.receipts.repeat(room);
  });
}
