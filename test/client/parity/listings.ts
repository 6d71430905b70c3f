import { describe } from '@jest/globals';
import { intent } from '../../support/stage.js';
import { stageOf } from './endings.js';
import { codeOf, told, type Plays } from './plays.js';

/** What owners do with their listings, and what others see of it. */
export function listings(plays: Plays): void {
  describe('Listings', () => {
    plays('a price falls: it is in the history, and offers that it reaches end', async (scene) => {
      const { minji, junho, offer, log } = await stageOf(scene);
      const at = `/listings/${scene.listingId}`;
      await minji.ask('offer:make', offer(80_000));
      return [
        told(await minji.rest('POST', `${at}/bump`)),
        told(await junho.rest('POST', `${at}/bump`)),
        told(await minji.rest('PATCH', at, { price: 90_000 })),
        told(await junho.rest('PATCH', at, { price: 80_000 })),
        told(await minji.rest('GET', `${at}/price-history`)),
        told(await junho.rest('POST', `${at}/bump`)),
        told(await junho.rest('POST', `${at}/bump`)),
        told(await junho.rest('PATCH', at, { price: 70_000 })),
        told(await minji.rest('GET', `${at}/price-history`)),
        told(await minji.rest('GET', at)),
        await log(minji),
      ];
    });

    plays('favourites are counted, and gone with what goes out of sight', async (scene) => {
      const { minji, junho } = await stageOf(scene);
      const at = `/listings/${scene.listingId}`;
      const favourite = `${at}/favourite`;
      return [
        told(await junho.rest('PUT', favourite)),
        told(await minji.rest('PUT', favourite)),
        told(await minji.rest('PUT', favourite)),
        told(await junho.rest('GET', at)),
        told(await minji.rest('GET', '/me/favourites')),
        told(await junho.rest('POST', `${at}/state`, { state: 'hidden' })),
        told(await minji.rest('GET', '/me/favourites')),
        told(await minji.rest('PUT', favourite)),
        told(await minji.rest('DELETE', favourite)),
        told(await junho.rest('POST', `${at}/state`, { state: 'onSale' })),
      ];
    });

    plays('a draft is published, and a sale is undone until a review is written', async (scene) => {
      const { minji, junho, offer, log } = await stageOf(scene);
      const draft = { title: '의자', description: '', price: 9_000, category: 'furniture' };
      const made = await junho.rest('POST', '/listings', { ...draft, state: 'draft' });
      const { id } = made.body as { id: string };
      const sale = `/listings/${scene.listingId}/state`;
      const sold = async () => {
        const asked = await minji.ask('offer:make', offer(80_000));
        const { id: offerId } = (asked.data as { offer: { id: string } }).offer;
        const yes = { amount: 80_000, version: 1, clientMessageId: intent() };
        const { body } = await junho.rest('POST', `/offers/${offerId}/accept`, yes);
        const { dealId } = (body as { offer: { dealId: string } }).offer;
        await junho.rest('POST', `/deals/${dealId}/complete`, {});
        return dealId;
      };
      const first = await sold();
      return [
        told(made),
        told(await minji.rest('GET', `/listings/${id}`)),
        told(await junho.rest('GET', '/me/listings?state=draft')),
        told(await junho.rest('POST', `/listings/${id}/state`, { state: 'onSale' })),
        told(await minji.rest('POST', sale, { state: 'onSale' })),
        told(await junho.rest('POST', sale, { state: 'onSale' })),
        told(await minji.rest('GET', `/deals/${first}`)),
        await log(minji),
        told(await minji.rest('POST', `/deals/${await sold()}/reviews`, { rating: 'good' })),
        told(await junho.rest('POST', sale, { state: 'onSale' })),
      ];
    });

    plays(
      'who looks at a listing is shown its changes, until it goes out of sight',
      async (scene) => {
        const { minji, junho } = await stageOf(scene);
        const jihun = await scene.raw(await scene.stage.person('지훈'));
        const at = `/listings/${scene.listingId}`;
        const watched = { listingIds: [scene.listingId] };
        const hears = (fits: (one: { state: string; price: number }) => boolean) =>
          jihun.hears('listing:updated', fits);
        const answers = [
          await jihun.ask('listing:watch', watched),
          codeOf(await jihun.ask('listing:watch', { listingIds: ['no-such-listing'] })),
          codeOf(await jihun.ask('listing:watch', { listingIds: [] })),
        ];
        await junho.rest('PATCH', at, { price: 90_000 });
        const changed = await hears(({ price }) => price === 90_000);
        await junho.rest('POST', `${at}/state`, { state: 'hidden' });
        const gone = await hears(({ state }) => state === 'removed');
        return {
          answers,
          changed,
          gone,
          unwatched: await jihun.ask('listing:unwatch', watched),
          minji: minji.all('typing'),
        };
      },
    );
  });
}
