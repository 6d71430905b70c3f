import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import type { HttpAnswer, Person } from './person.js';

/** Steps that many tests of offers share. */
export type Answered = { offer: view.Offer; message: view.Message };

/** An offer as a client sends it. */
export const draft = (amount: unknown, more: object = {}) => ({
  amount,
  clientMessageId: randomUUID(),
  ...more,
});

/** Answers the version that is shown, unless the body says otherwise. */
export const answer = (
  who: Person,
  offer: view.Offer,
  verb: string,
  body: object = {},
): Promise<HttpAnswer<Answered & view.Problem>> =>
  who.call('POST', `/v1/offers/${offer.id}/${verb}`, {
    version: offer.version,
    clientMessageId: randomUUID(),
    ...body,
  });

export const seen = (who: Person, offer: view.Offer) =>
  who.gets<view.Offer>('GET', `/v1/offers/${offer.id}`);

export const cards = async (who: Person, path: string) =>
  (await who.gets<{ items: view.OfferCard[] }>('GET', path)).items;

/** A listing at 100,000 and what a buyer offers for it. */
export async function haggle(seller: Person, buyer: Person, fields: object = {}, amount = 70_000) {
  const listing = await seller.lists({ price: 100_000, ...fields });
  const conversation = await buyer.asksAbout(listing);
  const { offer, message } = await buyer.offers(conversation, amount);
  return { listing, conversation, offer, message };
}

/** A deal from an accepted offer, and a rival who had asked. */
export async function agreed(seller: Person, buyer: Person, rival: Person) {
  const listing = await seller.lists({ price: 100_000 });
  const asking = await rival.asksAbout(listing);
  await rival.sends(asking, '아직 있나요?');
  const conversation = await buyer.asksAbout(listing);
  const { offer } = await buyer.offers(conversation, 80_000);
  const { body } = await seller.accepts(offer);
  return { listing, asking, conversation, offer, dealId: body.offer.dealId! };
}
