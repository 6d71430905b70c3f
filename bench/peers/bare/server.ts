import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { peopleOfConversations } from '../plain-pairs.js';
import { shardedClients } from '../sharded-clients.js';
import { servePlain } from '../serve-plain.js';

/** The limit of the stack: what a message and a connection cost with the sharded adapter when nothing is stored. */
const { MONGODB_URI, REDIS_URL, PREFIX, SECRET, ADAPTER } = process.env as Record<string, string>;

const peopleOf = await peopleOfConversations(MONGODB_URI!);

const { publisher, subscriber } = await shardedClients(REDIS_URL!);

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  adapter:
    ADAPTER === 'classic'
      ? createAdapter(publisher, subscriber, { key: PREFIX! })
      : createShardedAdapter(publisher, subscriber, {
          channelPrefix: PREFIX!,
          subscriptionMode: 'dynamic',
        }),
});

servePlain({
  http,
  io,
  secret: SECRET!,
  send: async (userId, { conversationId, text }) => {
    const people = await peopleOf(conversationId);
    if (!people.includes(userId)) throw new Error('not yours');
    const createdAt = new Date();
    const message = { id: randomUUID(), conversationId, senderId: userId, text, createdAt };
    io.to(`user:${people.find((person) => person !== userId)}`).emit('message:new', { message });
    return message;
  },
});
