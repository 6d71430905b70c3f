import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import type { Pair } from '../load/orders.js';
import { sign } from './sign.js';

/** A conversation document of the peers that exist only for the comparison: who takes part. */
export interface PlainConversation {
  _id: string;
  people: string[];
}

/** Makes conversations of pairs of people, with tokens; senders are spread over the nodes, and recipients are on the next one. */
export async function plainPairs(
  mongoUri: string,
  secret: string,
  ports: readonly number[],
  count: number,
): Promise<Pair[]> {
  const conversations = Array.from({ length: count }, () => ({
    _id: randomUUID(),
    people: [randomUUID(), randomUUID()] as [string, string],
  }));
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  try {
    await connection
      .collection<PlainConversation>('conversations')
      .insertMany(conversations, { writeConcern: { w: 'majority', journal: true } });
  } finally {
    await connection.close();
  }
  return conversations.map(({ _id, people: [sender, recipient] }, index) => ({
    conversationId: _id,
    senderToken: sign(sender, secret),
    senderPort: ports[index % ports.length]!,
    recipientToken: sign(recipient, secret),
    recipientPort: ports[(index + 1) % ports.length]!,
  }));
}

/** Looks up who takes part in a conversation, once each. Nobody takes part in an unknown one. */
export async function peopleOfConversations(
  mongoUri: string,
): Promise<(conversationId: string) => Promise<string[]>> {
  const client = await mongoose.mongo.MongoClient.connect(mongoUri);
  const conversations = client.db().collection<PlainConversation>('conversations');
  const known = new Map<string, string[]>();
  return async (conversationId) => {
    const cached = known.get(conversationId);
    if (cached) return cached;
    const people = (await conversations.findOne({ _id: conversationId }))?.people ?? [];
    known.set(conversationId, people);
    return people;
  };
}
