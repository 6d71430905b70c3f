#!/usr/bin/env node
/**
 * A demo person in the terminal, against `npm start`:
 *
 *     npm run build:client
 *     node client/examples/node/chat.mjs http://localhost:3000 buyer 'Is it still available?'
 *
 * Signs in, says something about the newest listing of somebody else (or in the newest conversation), and prints what
 * arrives until it is stopped.
 */
import { createHaggleClient, HaggleError } from '@haggle/client';
import { createMarketApi } from '@haggle/client/market';

const [url = 'http://localhost:3000', role = 'buyer', text = 'Is it still available?'] =
  process.argv.slice(2);
const client = createHaggleClient({ url });
const market = createMarketApi(client);

client.state.subscribe(() => console.log(`(${client.state.snapshot().phase})`));
client.on('message', (message) => console.log(`< ${message.text ?? message.fallbackText}`));
process.once('SIGINT', () => client.close());
process.once('SIGTERM', () => client.close());

try {
  const { items: people } = await market.demoAccounts();
  const person = people.find((one) => one.role === role);
  if (!person) throw new Error(`the demo has no ${role}`);
  const me = await client.logIn(person);
  console.log(`signed in as ${me.nickname}`);

  const room = await aConversation();
  const sent = room.send({ text });
  // Settles when a majority of the database has it, however long that takes.
  const message = await sent.done;
  console.log(`> ${message.text} (entry ${message.seq})`);
} catch (error) {
  console.error(error instanceof HaggleError ? `${error.code}: ${error.message}` : error);
  client.close();
  process.exitCode = 1;
}

async function aConversation() {
  const { items: listings } = await market.listListings({});
  const listing = listings.find(({ abilities }) => abilities.contact);
  if (listing) return client.open({ listingId: listing.id });
  const { items: conversations } = await market.listConversations();
  const [newest] = conversations;
  if (!newest) throw new Error('there is nothing to talk about yet');
  return client.room(newest.id);
}
