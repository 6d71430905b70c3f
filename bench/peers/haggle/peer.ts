import mongoose from 'mongoose';
import type { Pair } from '../../load/orders.js';
import type { Peer } from '../peer.js';
import { startHaggle, thisBuild, type Build } from './nodes.js';
import { allOf } from './all-of.js';
import { signInMany } from './people.js';
import { open, sell } from './rest-door.js';

/** A build of the product: two gateways and a worker with the relay's role. */
export const haggleOf = (build: Build): Peer => ({
  name: build.name,
  receipts: true,
  async start(ground, count) {
    const { ports, pem, parts } = await startHaggle(build, ground, { gateways: 2, relay: true });
    return { pairs: await meet(ground.mongoUri, pem, ports, count), parts };
  },
});

/** The product as built here. */
export const haggle: Peer = haggleOf(thisBuild);

/**
 * Makes pairs of people: one lists something, the other asks about it, through the public door. The two are on
 * neighbouring nodes.
 */
export async function meet(
  mongoUri: string,
  pem: string,
  ports: number[],
  count: number,
): Promise<Pair[]> {
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  const people = await signInMany(connection, pem, 2 * count).finally(() => connection.close());
  return allOf(count, async (index) => {
    const [buyer, seller] = [people[2 * index]!, people[2 * index + 1]!];
    const [senderPort, recipientPort] = [0, 1].map(
      (step) => ports[(index + step) % ports.length]!,
    ) as [number, number];
    const listingId = await sell(senderPort, seller, index);
    return {
      conversationId: await open(senderPort, buyer, listingId),
      senderToken: buyer.token,
      senderPort,
      recipientToken: seller.token,
      recipientPort,
    };
  });
}
