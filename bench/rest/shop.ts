import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Ground } from '../peers/peer.js';
import { startHaggle, type Build } from '../peers/haggle/nodes.js';
import { allOf } from '../peers/haggle/all-of.js';
import { signInMany } from '../peers/haggle/people.js';
import { greet, open, sell } from '../peers/haggle/rest-door.js';

const [sellers, listingsOfSeller, readers] = [40, 15, 200];
/** Centres of searches, each with a first page of its own. */
const places = 30;
/**
 * Then the rows of the chat lists have caught up with the last messages, and no list that was answered before has to be
 * compared with them any more (ms).
 */
const quietMs = 75_000;

export interface Request {
  path: string;
  headers: Record<string, string>;
}

/** One gateway with listings and conversations in it, and what its readers ask for. */
export interface Shop {
  port: number;
  parts: Record<string, number[]>;
  /** By route. They are asked for in turn: each person has a bound of requests per minute. */
  requests: Record<'feed' | 'conversations', Request[]>;
}

/** Starts a gateway and a relay of a build; everything in it comes through its public door, and was asked for once. */
export async function openShop(
  build: Build,
  ground: Ground,
  conversationsOfReader: number,
): Promise<Shop> {
  const { ports, pem, parts } = await startHaggle(build, ground, { gateways: 1, relay: true });
  const port = ports[0]!;
  const connection = await mongoose.createConnection(ground.mongoUri).asPromise();
  const signedIn = await signInMany(connection, pem, sellers + readers).finally(() =>
    connection.close(),
  );
  const people = signedIn.slice(sellers);
  const listings = await allOf(sellers * listingsOfSeller, (index) =>
    sell(port, signedIn[index % sellers]!, index),
  );
  await allOf(readers * conversationsOfReader, async (index) => {
    const reader = people[index % readers]!;
    const listingId = listings[(index * 7 + Math.floor(index / readers)) % listings.length]!;
    await greet(port, reader, await open(port, reader, listingId));
  });
  await delay(quietMs);
  const asked = (path: (index: number) => string): Request[] =>
    people.map(({ token }, index) => ({
      path: path(index),
      headers: { authorization: `Bearer ${token}` },
    }));
  const requests = {
    feed: asked((index) => {
      const latitude = (37.5 + (index % places) / 4_000).toFixed(4);
      return `/v1/listings?near=${latitude},127.0000&radiusKm=3`;
    }),
    conversations: asked(() => '/v1/conversations'),
  };
  for (const all of Object.values(requests))
    await allOf(all.length, async (index) => {
      const { path, headers } = all[index]!;
      await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).arrayBuffer();
    });
  return { port, parts, requests };
}
