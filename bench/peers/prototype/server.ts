import { createShardedAdapter } from '@socket.io/redis-adapter';
import mongoose from 'mongoose';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { peopleOfConversations } from '../plain-pairs.js';
import { shardedClients } from '../sharded-clients.js';
import { servePlain, type PlainSend } from '../serve-plain.js';
import { PrototypeLog, type Stored } from './log.js';

/**
 * The yardstick: sharded adapter, log with its two unique indexes (place and client id), group commit, and no other part
 * of a product.
 */
const { MONGODB_URI, REDIS_URL, PREFIX, SECRET } = process.env as Record<string, string>;

const client = await mongoose.mongo.MongoClient.connect(MONGODB_URI!);
const database = client.db();
const messages = database.collection<Stored>('messages');
await messages.createIndex(
  { conversationId: 1, senderId: 1, clientMessageId: 1 },
  { unique: true },
);
const peopleOf = await peopleOfConversations(MONGODB_URI!);
const log = new PrototypeLog(messages);

const { publisher, subscriber } = await shardedClients(REDIS_URL!);

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  adapter: createShardedAdapter(publisher, subscriber, {
    channelPrefix: PREFIX!,
    subscriptionMode: 'dynamic',
  }),
});

async function send(userId: string, sent: PlainSend): Promise<object> {
  const { conversationId, clientMessageId, text } = sent;
  const people = await peopleOf(conversationId);
  if (!people.includes(userId)) throw new Error('not yours');
  const entry = await log.append({ conversationId, senderId: userId, clientMessageId, text });
  const message = { id: `${conversationId}:${entry.seq}`, ...entry };
  io.to(`user:${people.find((person) => person !== userId)}`).emit('message:new', { message });
  return message;
}

servePlain({ http, io, secret: SECRET!, send });
