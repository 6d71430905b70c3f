/**
 * One conversation in a page without a framework. `?role=seller` is the other person of the demo. What is written
 * while offline is kept in IndexedDB and sent later, also after a reload.
 */
import { createHaggleClient, type RoomHandle } from '@haggle/client';
import { createMarketApi } from '@haggle/client/market';

const element = (id: string) => document.getElementById(id)!;
const input = element('text') as HTMLInputElement;
const client = createHaggleClient({ url: location.origin });
const market = createMarketApi(client);

const showState = () => {
  element('state').textContent = client.state.snapshot().phase;
};
client.state.subscribe(showState);
showState();

const role = new URLSearchParams(location.search).get('role') ?? 'buyer';
const { items: people } = await market.demoAccounts();
await client.logIn(people.find((person) => person.role === role)!);
const room = await aConversation();

room.subscribe(draw);
draw();
element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (input.value.trim() === '') return;
  // Shown at once as pending, sent when it can; never throws.
  room.send({ text: input.value });
  input.value = '';
});
input.addEventListener('input', () => room.setTyping(input.value !== ''));

function draw(): void {
  const { conversation, entries, pending, typing } = room.snapshot();
  element('title').textContent = conversation?.listing.title ?? '';
  const lines = [
    ...entries.map(
      ({ message }) => nameOf(message.senderId) + (message.text ?? message.fallbackText),
    ),
    ...pending.map(({ text, state }) => `… ${text} (${state})`),
    ...(typing ? ['is typing …'] : []),
  ];
  element('log').replaceChildren(...lines.map(asItem));
  const last = entries.at(-1);
  if (last && document.visibilityState === 'visible') room.markRead(last.message.seq);
}

function nameOf(userId: string | null): string {
  const { buyer, seller } = room.snapshot().conversation ?? {};
  const sender = [buyer, seller].find((person) => person?.id === userId);
  return sender ? `${sender.nickname}: ` : '';
}

function asItem(text: string): HTMLLIElement {
  const item = document.createElement('li');
  item.textContent = text;
  return item;
}

/** The newest conversation, or a new one about the newest listing of somebody else. */
async function aConversation(): Promise<RoomHandle> {
  const [newest] = (await market.listConversations()).items;
  if (newest) return client.room(newest.id);
  const { items } = await market.listListings({});
  const listing = items.find(({ abilities }) => abilities.contact);
  if (!listing) throw new Error('there is nothing to talk about yet');
  return client.open({ listingId: listing.id });
}
