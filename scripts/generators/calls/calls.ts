// openapi-fetch with the types of openapi-typescript: the calls of a trade. Argument: the address of the server.
import { randomUUID } from 'node:crypto';
import createClient from 'openapi-fetch';
import type { components, paths } from './haggle.js';

const baseUrl = process.argv[2]!;
const asPerson = (token?: string) =>
  createClient<paths>({ baseUrl, headers: token ? { Authorization: `Bearer ${token}` } : {} });
const said = <T>(name: string, answer: { data?: T; error?: unknown }): T => {
  if (answer.data === undefined) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return answer.data;
};
const nobody = asPerson();
const join = async (nickname: string) => {
  const email = `${randomUUID()}@example.com`;
  const password = 'long enough';
  said('sign-up', await nobody.POST('/v1/auth/sign-up', { body: { email, password, nickname } }));
  const session = said('login', await nobody.POST('/v1/auth/login', { body: { email, password } }));
  return asPerson(session.accessToken);
};
const seller = await join('Seller');
const buyer = await join('Buyer');
const listing = said(
  'create listing',
  await seller.POST('/v1/listings', {
    body: {
      title: 'Road bike',
      description: 'Ridden for two summers',
      price: 250_000,
      category: 'sports',
      location: { latitude: 37.5, longitude: 127 },
    },
  }),
);
const feed = said('feed', await buyer.GET('/v1/listings', { params: { query: { limit: 5 } } }));
if (feed.items.length === 0) throw new Error('feed: empty');
const { id } = said(
  'open conversation',
  await buyer.POST('/v1/conversations', { body: { listingId: listing.id } }),
);
const path = { params: { path: { id } } };
const message = { clientMessageId: randomUUID(), text: 'Is it still there?' };
said('send', await buyer.POST('/v1/conversations/{id}/messages', { ...path, body: message }));
const history = said('history', await buyer.GET('/v1/conversations/{id}/messages', path));
if (!history.items.some(({ text }) => text === message.text)) throw new Error('history: no text');
const { offer } = said(
  'make offer',
  await buyer.POST('/v1/conversations/{id}/offers', {
    ...path,
    body: { clientMessageId: randomUUID(), amount: 220_000 },
  }),
);
said('sync', await seller.POST('/v1/sync', { body: { known: [{ conversationId: id, seq: 1 }] } }));
const refused = await nobody.POST('/v1/auth/login', {
  body: { email: `${randomUUID()}@example.com`, password: 'not this one' },
});
if (refused.error?.code !== 'UNAUTHENTICATED') throw new Error('refused login: no typed problem');
const accepted: components['schemas']['OfferWithEntry'] = said(
  'accept',
  await seller.POST('/v1/offers/{id}/accept', {
    params: { path: { id: offer.id } },
    body: { amount: offer.amount, version: offer.version, clientMessageId: randomUUID() },
  }),
);
const hour = 3_600_000;
const at = new Date(Math.ceil(Date.now() / hour) * hour + 24 * hour).toISOString();
said(
  'set appointment',
  await buyer.PUT('/v1/deals/{id}/appointment', {
    params: { path: { id: accepted.offer.dealId! } },
    body: { at: at.replace('.000', ''), place: { name: 'Hapjeong station' } },
  }),
);
said(
  'register device',
  await buyer.PUT('/v1/me/devices/{id}', {
    params: { path: { id: randomUUID() } },
    body: { provider: 'log', token: 'phone-1' },
  }),
);
