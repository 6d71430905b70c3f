import { createAdapter } from '@socket.io/redis-adapter';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import mongoose, { Schema } from 'mongoose';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import type { PlainConversation } from '../plain-pairs.js';
import { servePlain, type PlainSend } from '../serve-plain.js';

/**
 * A chat server as tutorials teach it, written with care: classic Redis adapter; per message one `Model.create`, one
 * `updateOne` of the conversation and one job for the notification, in that order, each awaited before the
 * acknowledgement. Its writes are as durable as the others' (majority, journaled), it has the index that its reads
 * need, and it checks the participants once per conversation. The worker for the jobs is left out, which flatters it.
 */
const { MONGODB_URI, REDIS_URL, PREFIX, SECRET } = process.env as Record<string, string>;

const messageSchema = new Schema(
  {
    conversationId: { type: String, required: true },
    senderId: { type: String, required: true },
    text: { type: String, required: true, maxlength: 4_000 },
  },
  { timestamps: true },
);
messageSchema.index({ conversationId: 1, createdAt: -1 });
const Message = mongoose.model('Message', messageSchema);

const Conversation = mongoose.model(
  'Conversation',
  new Schema({
    _id: String,
    people: { type: [String], index: true },
    lastMessage: { text: String, senderId: String, createdAt: Date },
    messageCount: { type: Number, default: 0 },
  }),
);

await mongoose.connect(MONGODB_URI!, { w: 'majority', journal: true });
await Promise.all([Message.init(), Conversation.init()]);

const publisher = new Redis(REDIS_URL!);
const subscriber = publisher.duplicate();
const queue = new Queue('notifications', {
  connection: new Redis(REDIS_URL!, { maxRetriesPerRequest: null }),
  prefix: PREFIX!,
  defaultJobOptions: { removeOnComplete: true, attempts: 3 },
});

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  adapter: createAdapter(publisher, subscriber, { key: PREFIX! }),
});

const known = new Map<string, string[]>();
async function peopleOf(conversationId: string): Promise<string[]> {
  const cached = known.get(conversationId);
  if (cached) return cached;
  const found = await Conversation.findById(conversationId).lean<PlainConversation>();
  known.set(conversationId, found?.people ?? []);
  return found?.people ?? [];
}

async function send(userId: string, { conversationId, text }: PlainSend): Promise<object> {
  const people = await peopleOf(conversationId);
  if (!people.includes(userId)) throw new Error('not yours');
  const created = await Message.create({ conversationId, senderId: userId, text });
  const { createdAt } = created;
  await Conversation.updateOne(
    { _id: conversationId },
    { $set: { lastMessage: { text, senderId: userId, createdAt } }, $inc: { messageCount: 1 } },
  );
  const recipientId = people.find((person) => person !== userId)!;
  await queue.add('notify', { messageId: created.id, recipientId });
  const message = { id: created.id, conversationId, senderId: userId, text, createdAt };
  io.to(`user:${recipientId}`).emit('message:new', { message });
  return message;
}

servePlain({ http, io, secret: SECRET!, send });
