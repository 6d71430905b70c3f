import { describe } from '@jest/globals';
import { intent, type RawDevice } from '../../support/stage.js';
import { stageOf } from './endings.js';
import { told, type Plays } from './plays.js';

/** What is found: words in one's own conversations, and things for sale. */
export function search(plays: Plays): void {
  describe('Search', () => {
    plays('messages are found by what they say now, and places by their names', async (scene) => {
      const { conversationId } = scene;
      const { minji, junho, say } = await stageOf(scene);
      const place = { latitude: 37.556, longitude: 126.905, name: '망원역 2번 출구' };
      const named = (n: number) => ({ conversationId, clientMessageId: `message-no-${n}` });
      await minji.ask('message:send', say('자전거 아직 있나요?'));
      await junho.ask('message:send', say('네, 자전거 있어요'));
      await minji.ask('message:send', say('자전가 사고 싶어요'));
      await minji.ask('message:edit', { ...named(1), seq: 3, text: '자전거 사고 싶어요' });
      await junho.ask('message:send', say('자전거 100% 새것'));
      await junho.ask('message:unsend', { ...named(2), seq: 5 });
      await junho.ask('message:send', { ...named(3), kind: 'place', place });
      await minji.ask('message:send', say('Bicycle'));
      const find = found(minji);
      return [
        await find('자전거'),
        await found(junho)('자전거'),
        await find('자전가'),
        await find('망원역'),
        await find('bicycle'),
        await find('.'),
        await find('%'),
        await find(' 자전거\n있 '),
        await find('ㅈㅈㄱ 새'),
        await find('자저'),
        await find('100%'),
        await find('자전거', `&conversationId=${conversationId}`),
      ];
    });

    plays('what is found comes in pages, newest first', async (scene) => {
      const { minji, say } = await stageOf(scene);
      for (let n = 1; n <= 5; n += 1) await minji.ask('message:send', say(`자전거 ${n}`));
      const first = await minji.rest('GET', `/messages/search?q=${words}&limit=2`);
      const cursor = nextOf(first);
      const second = await minji.rest('GET', `/messages/search?q=${words}&limit=2${cursor}`);
      const third = await minji.rest('GET', `/messages/search?q=${words}&limit=2${nextOf(second)}`);
      return [
        ...[first, second, third],
        told(await minji.rest('GET', `/messages/search?q=${encodeURIComponent('값')}${cursor}`)),
      ];
    });

    plays(
      'a search that is not in order is refused, and finds nothing of others',
      async (scene) => {
        const { conversationId } = scene;
        const { minji, junho, say } = await stageOf(scene);
        const stranger = await scene.raw(await scene.stage.person('지훈'));
        await minji.ask('message:send', say('자전거 아직 있나요?'));
        const refused = [];
        for (const query of [
          '',
          '?q=',
          '?q=%20%0a',
          `?q=${'a'.repeat(201)}`,
          `?q=${words}&limit=0`,
          `?q=${words}&limit=101`,
          `?q=${words}&limit=0x10`,
          `?q=${words}&cursor=nonsense`,
          `?q=${words}&conversationId=no-such-conversation`,
          `?q=${words}&words=more`,
        ])
          refused.push(told(await minji.rest('GET', `/messages/search${query}`)));
        const before = [
          refused,
          await found(stranger)('자전거'),
          await found(stranger)('자전거', `&conversationId=${conversationId}`),
        ];
        await minji.rest('DELETE', `/conversations/${conversationId}/me`);
        return [...before, await found(minji)('자전거'), await found(junho)('자전거')];
      },
    );

    plays('the feed shows what is for sale, by price, category and seller', async (scene) => {
      const { buyer, seller, stage, listingId } = scene;
      const [minji, junho] = [await scene.raw(buyer), await scene.raw(seller)];
      await stage.listing(seller, 20_000);
      await stage.listing(seller, 30_000);
      // On the real stage others have things for sale, too.
      const feed = async (device: RawDevice, query = '') => {
        const answer = await device.rest('GET', `/listings?limit=100${query}`);
        const { items } = answer.body as { items?: { seller: { id: string }; price: number }[] };
        return items?.filter((one) => one.seller.id === seller.id) ?? told(answer);
      };
      const make = { conversationId: scene.conversationId, clientMessageId: intent() };
      const { data } = await minji.ask('offer:make', { ...make, amount: 80_000 });
      const { id } = (data as { offer: { id: string } }).offer;
      const accept = { offerId: id, action: 'accept', amount: 80_000, version: 1 };
      await junho.ask('offer:respond', { ...accept, clientMessageId: intent() });
      return [
        await feed(minji),
        await feed(junho, '&sort=priceAsc'),
        await feed(minji, '&sort=priceDesc'),
        await feed(minji, '&state=reserved'),
        await feed(minji, '&state=sold'),
        await feed(minji, '&minPrice=20000&maxPrice=20000'),
        await feed(minji, '&category=other&minPrice=90000'),
        await feed(minji, '&category=digital'),
        await feed(minji, '&category=no-such-category'),
        await feed(minji, '&sort=distance'),
        await feed(minji, '&near=north'),
        await feed(minji, '&state=hidden'),
        await feed(minji, `&q=${encodeURIComponent('자저')}`),
        await feed(minji, `&q=${encodeURIComponent('ㅈㅈㄱ 2만원')}`),
        await feed(minji, `&sort=priceAsc&q=${encodeURIComponent('1만원 이상 자전거')}`),
        await feed(minji, `&q=${encodeURIComponent('자전거 없는것')}`),
        await feed(minji, '&sort=relevance'),
        told(await minji.rest('GET', '/listings?q=wkwjsrj')),
        told(await minji.rest('GET', `/search/suggestions?q=${encodeURIComponent('생활ㅈ')}`)),
        told(await minji.rest('GET', '/search/suggestions?q=')),
        told(await minji.rest('GET', '/search/suggestions?q=zzzz&limit=2')),
        told(await minji.rest('GET', `/listings/${listingId}?near=37.5,127`)),
      ];
    });
  });
}

const words = encodeURIComponent('자전거');

const found =
  (device: RawDevice) =>
  async (q: string, more = '') =>
    told(await device.rest('GET', `/messages/search?q=${encodeURIComponent(q)}${more}`));

const nextOf = ({ body }: { body: unknown }): string =>
  `&cursor=${encodeURIComponent((body as { nextCursor: string | null }).nextCursor ?? '')}`;
