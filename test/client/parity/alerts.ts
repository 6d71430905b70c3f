import { describe } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import type { RawDevice } from '../../support/stage.js';
import { stageOf } from './endings.js';
import { told, type Plays } from './plays.js';

/** What somebody waits for, and what is told when it comes. */
export function alerts(plays: Plays): void {
  describe('Alerts', () => {
    plays('keywords and searches are kept once, and vague ones are refused', async (scene) => {
      const { minji, junho } = await stageOf(scene);
      const near = { latitude: 37.556, longitude: 126.905 };
      const added = await minji.rest('POST', '/me/keyword-alerts', { keyword: ' 맥북  프로' });
      const { id } = added.body as { id: string };
      const search = { q: '의자', near, radiusKm: 3, category: 'furniture', maxPrice: 9_000 };
      return [
        told(added),
        told(await minji.rest('POST', '/me/keyword-alerts', { keyword: '맥북 프로' })),
        told(await minji.rest('POST', '/me/keyword-alerts', { keyword: 'ㅁ' })),
        told(await minji.rest('POST', '/me/keyword-alerts', { keyword: '' })),
        told(await minji.rest('POST', '/me/saved-searches', search)),
        told(await minji.rest('POST', '/me/saved-searches', search)),
        told(await minji.rest('POST', '/me/saved-searches', { maxPrice: 9_000 })),
        told(await junho.rest('DELETE', `/me/keyword-alerts/${id}`)),
        told(await minji.rest('DELETE', `/me/saved-searches/${id}`)),
        told(await minji.rest('GET', '/me/keyword-alerts')),
        told(await minji.rest('DELETE', `/me/keyword-alerts/${id}`)),
        told(await minji.rest('GET', '/me/keyword-alerts')),
        told(await minji.rest('GET', '/me/saved-searches')),
      ];
    });

    plays('people are followed, but not oneself, nobody, or across a block', async (scene) => {
      const { minji, junho } = await stageOf(scene);
      const at = `/me/following/${scene.seller.id}`;
      return [
        told(await minji.rest('PUT', at)),
        told(await minji.rest('PUT', at)),
        told(await minji.rest('PUT', `/me/following/${scene.buyer.id}`)),
        told(await minji.rest('PUT', '/me/following/nobody')),
        told(await minji.rest('GET', '/me/following')),
        told(await junho.rest('PUT', `/me/blocks/${scene.buyer.id}`)),
        told(await minji.rest('GET', '/me/following')),
        told(await minji.rest('PUT', at)),
        told(await minji.rest('DELETE', at)),
        told(await junho.rest('DELETE', `/me/blocks/${scene.buyer.id}`)),
        told(await minji.rest('GET', '/me/following')),
      ];
    });

    plays('what one waited for is told, once, with what it costs', async (scene) => {
      const { minji, junho } = await stageOf(scene);
      await minji.rest('PUT', `/me/following/${scene.seller.id}`);
      const desk = { title: '원목 돌확', description: '', price: 50_000, category: 'furniture' };
      const first = await lists(junho, minji, desk);
      await minji.rest('POST', '/me/keyword-alerts', { keyword: '돌확' });
      const second = await lists(junho, minji, { ...desk, price: 40_000 });
      await minji.rest('PUT', `/listings/${second.id}/favourite`);
      await junho.rest('PATCH', `/listings/${second.id}`, { price: 39_000 });
      await junho.rest('PATCH', `/listings/${second.id}`, { price: 30_000 });
      const all = await newsOf(minji, 3);
      const upTo = all[0]!.id;
      const read = told(await minji.rest('PUT', '/me/notifications/read', { upTo }));
      await junho.rest('POST', `/listings/${first.id}/state`, { state: 'hidden' });
      await junho.rest('PATCH', `/listings/${second.id}`, { title: '접이식 돌확' });
      const two = await newsOf(minji, 2);
      await junho.rest('PUT', `/me/blocks/${scene.buyer.id}`);
      return [
        all,
        read,
        two,
        await newsOf(minji, 0),
        told(await minji.rest('PUT', '/me/notifications/read', { upTo: '0' })),
        told(await junho.rest('GET', '/me/notifications')),
      ];
    });
  });
}

interface News {
  id: string;
  listingId?: string;
}

/** Their ids are those of news, which no test sees made. */
async function newsOf(device: RawDevice, count: number): Promise<News[]> {
  return eventually(`${count} news are told`, async () => {
    const { body } = await device.rest('GET', '/me/notifications');
    const { items } = body as { items: News[] };
    return items.length === count && items;
  });
}

/** Lists a thing, and waits until the other side was told. */
async function lists(seller: RawDevice, other: RawDevice, thing: object): Promise<{ id: string }> {
  const { body } = await seller.rest('POST', '/listings', thing);
  const { id } = body as { id: string };
  await eventually('it is told', async () => {
    const answer = await other.rest('GET', '/me/notifications');
    return (answer.body as { items: News[] }).items.some(({ listingId }) => listingId === id);
  });
  return { id };
}
