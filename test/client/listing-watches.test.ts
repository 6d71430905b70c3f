import { expect, test } from '@jest/globals';
import { createHaggleClient } from '../../client/index.js';
import { createMarketApi } from '../../client/market.js';
import { createMockGateway } from '../../client/testing/index.js';
import { eventually } from '../support/eventually.js';

test('a listing on a screen is shown as it changes, after each connect too, until the screen goes', async () => {
  const gateway = createMockGateway();
  const [seller, buyer] = [gateway.addPerson('준호'), gateway.addPerson('민지')];
  const [listing, other] = [gateway.addListing(seller), gateway.addListing(seller)];
  const client = createHaggleClient(gateway.options(buyer));
  const owner = createHaggleClient(gateway.options(seller));
  const market = createMarketApi(owner);
  const setPrice = async (id: string, price: number) =>
    market.editListing(await market.getListing(id), { price });
  const isLive = () => client.state.snapshot().phase === 'live';
  const seen: number[] = [];
  const end = client.watchListing(listing, ({ price }) => seen.push(price));
  try {
    client.connect();
    await eventually('is live', isLive);
    await setPrice(listing, 90_000);
    await eventually('the first change', () => seen.includes(90_000));

    gateway.disconnect(buyer);
    await eventually('is away', () => !isLive());
    await eventually('is live again', isLive);
    await setPrice(listing, 80_000);
    await eventually('the second change', () => seen.includes(80_000));

    end();
    let barrier = false;
    client.watchListing(other, () => (barrier = true));
    await setPrice(listing, 70_000);
    await setPrice(other, 70_000);
    await eventually('the other one', () => barrier);
    expect(seen).toEqual([90_000, 80_000]);
  } finally {
    client.close();
    owner.close();
    gateway.close();
  }
});
