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
/** Messages in one write. */
const batchSize = 1_000;
/** Writes under way at once: the database journals one while the next is made. */
const atOnce = 4;
const said = ['안녕하세요, 아직 있나요?', '네, 있어요.', '직거래 되나요?', '망원역에서 어때요?'];

/**
 * Adds conversations of these people about the newest listings, with so many messages in all, as people would have
 * written them: through the stores, one second after another, the last one now. A conversation that is there stays as
 * it is. `advance` is called with the number of messages that were stored.
 */
export async function addTalk(
  connection: Connection,
  options: { total: number; people: readonly string[]; advance: (by: number) => void },
): Promise<void> {
  const { total, people, advance } = options;
  const messages = new MessageStore(connection);
  const inbox = new InboxStore(connection);
  const conversations = new ConversationStore(connection, { caching: 'none' });
  const store = async (entries: Entry[], spoken: Conversation[]) => {
    await messages.insert(entries);
    // A conversation that goes on in the next write is brought up to its last message by that.
    await inbox.project(spoken.map((one) => ({ people: one.people, entry: lastOf(entries, one) })));
    advance(entries.length);
  };
  const now = Date.now();
  let [made, batch, spoken]: [number, Entry[], Set<Conversation>] = [0, [], new Set()];
  const underWay: Promise<void>[] = [];
  const flush = async () => {
    underWay.push(store(batch, [...spoken]));
    [batch, spoken] = [[], new Set()];
    if (underWay.length === atOnce) await underWay.shift();
  };
  let opened = 0;
  for await (const one of fresh(connection, conversations, people)) {
    await inbox.open(one, new Date(now - (total - made) * 1_000));
    const length = Math.min(lengths[opened % lengths.length]!, total - made);
    opened += 1;
    for (let seq = 1; seq <= length; seq += 1) {
      batch.push(entryOf(one, seq, new Date(now - (total - made) * 1_000)));
      spoken.add(one);
      made += 1;
      if (batch.length === batchSize) await flush();
    }
    if (made === total) break;
  }
  if (batch.length > 0) await flush();
  await Promise.all(underWay);
  if (made < total) throw new Error(`${made} messages: there is nothing left to talk about`);
}

/** Conversations that were not there, each with its buyer. */
async function* fresh(
  connection: Connection,
  conversations: ConversationStore,
  people: readonly string[],
): AsyncGenerator<Conversation> {
  const listings = await collectionOf<{ _id: string; sellerId: string }>(connection, 'listings')
    .find({ state: 'onSale' }, { projection: { sellerId: 1 } })
    .sort({ _id: -1 })
    .limit(listingsMost)
    .toArray();
  for (let round = 0; round < people.length; round += 1)
    for (const [index, { _id: id, sellerId }] of listings.entries()) {
      const buyerId = people[(index + round) % people.length]!;
      if (buyerId === sellerId) continue;
      const about = { id, sellerId, mayBeAskedAbout: true };
      const one = Conversation.between(conversationIdOf(id, buyerId), buyerId, about, new Date());
      const { created } = await conversations.open(one);
      if (created) yield one;
    }
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

const lastOf = (entries: Entry[], { id }: Conversation): Entry =>
  entries.findLast(({ conversationId }) => conversationId === id)!;
