import type { Socket } from 'socket.io-client';
import type { Api } from './api.js';
import type { ClientToServer, ServerToClient } from './contract-types.js';
import type { Conversations } from './conversations.js';
import type { Receipts } from './receipts.js';
import type { Typing } from './typing.js';

interface Receivers {
  socket: Socket<ServerToClient, ClientToServer>;
  conversations: Conversations;
  receipts: Receipts;
  typing: Typing;
  behind: (conversationId: string) => void;
  api: Api;
}

/** Hands every event of the server to the part that keeps it. Events of a newer server are ignored. */
export function takeServerEvents(to: Receivers): void {
  const { socket, conversations } = to;

  /** A conversation that this device hears of for the first time. */
  const meet = (conversationId: string) => {
    to.behind(conversationId);
    if (conversations.room(conversationId).snapshot().conversation) return;
    to.api
      .getConversation(conversationId)
      .then((conversation) => conversations.learn(conversation))
      .catch(() => undefined);
  };

  socket.on('message:new', ({ message, clientMessageId }) => {
    if (!conversations.receive(message, clientMessageId)) meet(message.conversationId);
  });
  socket.on('conversation:updated', (conversation) => {
    conversations.learn(conversation);
  });
  socket.on('receipt:updated', ({ conversationId, userId, deliveredSeq, readSeq }) => {
    conversations.move(conversationId, userId, { deliveredSeq, readSeq });
  });
  socket.on('typing', ({ conversationId, typing }) => to.typing.show(conversationId, typing));
  socket.on('sync:hint', ({ conversationId, lastSeq }) => {
    const room = conversations.room(conversationId);
    if (room.log.last < lastSeq) to.behind(conversationId);
    else to.receipts.repeat(room);
  });
}
