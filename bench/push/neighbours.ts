import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { ConversationStore } from '../../src/conversations/conversation.store.js';
import { InboxStore } from '../../src/conversations/inbox.store.js';
import { Conversation } from '../../src/domain/conversation.js';
import type { Device } from '../../src/notifications/index.js';
import { DeviceStore } from '../../src/notifications/device.store.js';
import { User } from '../../src/users/user.js';
import { UserStore } from '../../src/users/user.store.js';

/** One conversation: the seller writes, and the buyer's phone must ring. */
export interface Neighbour {
  conversationId: string;
  sellerId: string;
  buyerId: string;
  /** The buyer's token at the provider. */
  token: string;
}

/** A seller has this many conversations, as a shop has many customers. */
const buyersPerSeller = 20;
const atOnce = 50;

/**
 * Makes people with one conversation and one device each, none of them connected. It uses the stores, since the
 * measurement begins with an entry of the log.
 */
export async function settle(
  connection: Connection,
  count: number,
  phoneOf: (index: number) => Pick<Device, 'provider' | 'token' | 'keys'>,
): Promise<Neighbour[]> {
  const users = new UserStore(connection, { caching: 'none' });
  const conversations = new ConversationStore(connection, { caching: 'none' });
  const inbox = new InboxStore(connection);
  const devices = new DeviceStore(connection);
  const now = new Date();
  const add = async (nickname: string) => {
    const id = randomUUID();
    await users.add(
      new User({
        id,
        nickname,
        email: `${id}@bench.example`,
        passwordHash: 'none',
        emailVerifiedAt: now,
        createdAt: now,
      }),
    );
    return id;
  };
  const sellers = await Promise.all(
    Array.from({ length: Math.ceil(count / buyersPerSeller) }, (_, index) => add(`shop ${index}`)),
  );
  const move = async (index: number): Promise<Neighbour> => {
    const sellerId = sellers[index % sellers.length]!;
    const buyerId = await add(`neighbour ${index}`);
    const conversation = Conversation.between(
      randomUUID(),
      buyerId,
      { id: randomUUID(), sellerId, mayBeAskedAbout: true },
      now,
    );
    const device = phoneOf(index);
    await conversations.open(conversation);
    await inbox.open(conversation, now);
    await devices.put({
      ...device,
      deviceId: randomUUID(),
      userId: buyerId,
      sessionId: randomUUID(),
      locale: 'ko',
      timeZone: 'Asia/Seoul',
      lastSeenAt: now,
    });
    return { conversationId: conversation.id, sellerId, buyerId, token: device.token };
  };
  const neighbours: Neighbour[] = [];
  for (let at = 0; at < count; at += atOnce) {
    const these = Array.from({ length: Math.min(atOnce, count - at) }, (_, index) => at + index);
    neighbours.push(...(await Promise.all(these.map(move))));
  }
  return neighbours;
}
