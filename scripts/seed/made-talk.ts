import type { Connection } from 'mongoose';
import { ConversationStore } from '../../src/conversations/conversation.store.js';
import { InboxStore } from '../../src/conversations/inbox.store.js';
import { MessageStore } from '../../src/conversations/message.store.js';
import { Conversation } from '../../src/domain/conversation.js';
import type { Entry } from '../../src/domain/entry.js';
import { entryIdOf } from '../../src/domain/entry-id.js';
import { conversationIdOf } from '../../src/domain/ids.js';
import { collectionOf } from '../../src/platform/mongo.js';
import { newId } from '../../src/platform/ids.js';

/** Lengths of conversations, in turn: most are short, and some go on for weeks. */
const lengths = [3, 8, 20, 50, 150, 1_000];
/** The newest listings are talked about. */
const listingsMost = 20_000;
/** Messages in one write, and conversations that are looked at together. */
const [batchSize, conversationsAtOnce] = [2_000, 200];
/** Writes under way at once: the database stores one while the next is made. */
const atOnce = 3;
const said = ['안녕하세요, 아직 있나요?', '네, 있어요.', '직거래 되나요?', '망원역에서 어때요?'];

/**
 * Adds conversations of these people about the newest listings, with so many messages in all, as they would stand there
 * if people had written them, one second after another, the last one now. A conversation that is there stays as it is.
 * `advance` is called with the number of messages that were stored.
 */
export async function addTalk(
  connection: Connection,
  options: { total: number; people: readonly string[]; advance: (by: number) => void },
): Promise<void> {
  const { total, people, advance } = options;
  const messages = new MessageStore(connection);
  const inbox = new InboxStore(connection);
  const conversations = new ConversationStore(connection, { caching: 'none' });
  const begun = Date.now() - total * 1_000;
  const at = (made: number) => new Date(begun + made * 1_000);
  const underWay: Promise<void>[] = [];
  const add = async (entries: Entry[]) => {
    const write = messages.addMany(entries).then(() => advance(entries.length));
    underWay.push(write);
    if (underWay.length === atOnce) await underWay.shift();
  };
  let [made, opened, batch]: [number, number, Entry[]] = [0, 0, []];
  for await (const some of possible(connection, people, () => wanted(opened, total - made))) {
    const ended: { conversation: Conversation; last: Entry }[] = [];
    for (const conversation of await conversations.addMany(some)) {
      const length = Math.min(lengthOf(opened), total - made);
      opened += 1;
      for (let seq = 1; seq <= length; seq += 1) {
        batch.push(entryOf(conversation, seq, at((made += 1))));
        if (seq === length) ended.push({ conversation, last: batch.at(-1)! });
        if (batch.length < batchSize) continue;
        await add(batch);
        batch = [];
      }
    }
    if (ended.length > 0) await inbox.addMany(ended);
  }
  if (batch.length > 0) await add(batch);
  await Promise.all(underWay);
  if (made < total) throw new Error(`${made} messages: there is nothing left to talk about`);
}

const lengthOf = (number: number): number => lengths[number % lengths.length]!;

/** How many more conversations hold so many messages, from the one of this number on; no more than are taken together. */
function wanted(from: number, messages: number): number {
  let [count, left] = [0, messages];
  for (; left > 0 && count < conversationsAtOnce; count += 1) left -= lengthOf(from + count);
  return count;
}

/** Conversations that may or may not be there, each with its buyer; as many at a time as are wanted, until none is. */
async function* possible(
  connection: Connection,
  people: readonly string[],
  wantedNow: () => number,
): AsyncGenerator<Conversation[]> {
  const listings = await collectionOf<{ _id: string; sellerId: string }>(connection, 'listings')
    .find({ state: 'onSale' }, { projection: { sellerId: 1 } })
    .sort({ _id: -1 })
    .limit(listingsMost)
    .toArray();
  let some: Conversation[] = [];
  for (let round = 0; round < people.length; round += 1)
    for (const [index, { _id: id, sellerId }] of listings.entries()) {
      const buyerId = people[(index + round) % people.length]!;
      if (buyerId === sellerId) continue;
      const about = { id, sellerId, mayBeAskedAbout: true };
      some.push(Conversation.between(conversationIdOf(id, buyerId), buyerId, about, new Date()));
      if (some.length < wantedNow()) continue;
      yield some;
      some = [];
      if (wantedNow() === 0) return;
    }
  if (some.length > 0) yield some;
}

/** The buyer begins, and both write in turn. */
function entryOf(conversation: Conversation, seq: number, createdAt: Date): Entry {
  const { id: conversationId, buyerId, sellerId } = conversation;
  const place = { conversationId, seq, createdAt };
  return {
    ...place,
    id: entryIdOf(place),
    senderId: seq % 2 === 1 ? buyerId : sellerId,
    clientMessageId: newId(),
    kind: 'text',
    text: said[seq % said.length]!,
    state: 'active',
  };
}
