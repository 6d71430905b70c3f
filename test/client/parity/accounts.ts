import { describe } from '@jest/globals';
import type { Me } from '../../../client/index.js';
import { eventually } from '../../support/eventually.js';
import { stageOf } from './endings.js';
import { told, type Plays } from './plays.js';

const password = 'correct horse battery';

/** Addresses differ between the two worlds, and moments do. */
const lives = ({ status, body }: { status: number; body: unknown }) => {
  const { neighbourhood, mustProveNeighbourhood } = body as Me;
  const { name, location } = neighbourhood ?? {};
  return { status, name, location, mustProveNeighbourhood };
};

/** What people do with their own account. */
export function accounts(plays: Plays): void {
  describe('Accounts', () => {
    plays('a neighbourhood is set', async (scene) => {
      const { minji } = await stageOf(scene);
      const place = { latitude: 37.556_049, longitude: 126.905_051, accuracy: 35, name: '망원동' };
      return [
        lives(await minji.rest('GET', '/me')),
        lives(await minji.rest('PUT', '/me/neighbourhood', place)),
        told(await minji.rest('PUT', '/me/neighbourhood', { ...place, accuracy: 500 })),
        lives(await minji.rest('GET', '/me')),
      ];
    });

    plays('a deleted account leaves the conversation, which can still be read', async (scene) => {
      const { minji, junho, say, offer, log } = await stageOf(scene);
      const at = `/conversations/${scene.conversationId}`;
      await minji.ask('message:send', say('아직 있나요?'));
      await minji.ask('offer:make', offer(80_000));
      const refused = [
        told(await junho.rest('DELETE', '/me', { password: 'correct horse batterie' })),
        told(await junho.rest('DELETE', '/me', {})),
      ];
      const { status } = await junho.rest('DELETE', '/me', { password });
      await junho.hears('session:revoked');
      const gone = async () =>
        (await minji.rest('GET', `/listings/${scene.listingId}`)).status === 404;
      await eventually('the listing is gone', gone);
      await minji.settles(scene.conversationId, 4);
      return [
        refused,
        status,
        told(await junho.rest('GET', '/me')),
        told(await minji.rest('GET', at)),
        await log(minji),
        told(await minji.rest('GET', `/users/${scene.seller.id}`)),
        told(await minji.rest('PUT', `/me/blocks/${scene.seller.id}`)),
      ];
    });

    plays('a password and an address are changed by who knows the password', async (scene) => {
      const { minji } = await stageOf(scene);
      const wrong = 'correct horse batterie';
      const put = async (path: string, body: object) => told(await minji.rest('PUT', path, body));
      return [
        await put('/me/password', { password: wrong, newPassword: password }),
        await put('/me/password', { password, newPassword: 'short' }),
        await put('/me/password', { password, newPassword: `${password} 2` }),
        await put('/me/password', { password, newPassword: `${password} 3` }),
        await put('/me/email', { email: 'no address', password }),
        await put('/me/email', { email: `${scene.buyer.id}@test.example`, password }),
        await put('/auth/password-reset', { token: 'none', password }),
        told(await minji.rest('POST', '/auth/password-reset', { email: 'nobody@test.example' })),
        told(await minji.rest('POST', '/auth/verify-email', { token: 'none' })),
      ];
    });

    plays('a name and a picture are shown to the other side', async (scene) => {
      const { minji, junho, say } = await stageOf(scene);
      const at = `/conversations/${scene.conversationId}`;
      await minji.ask('message:send', say('아직 있나요?'));
      await junho.settles(scene.conversationId, 1);
      type Seen = { buyer: { nickname: string; avatar?: object } };
      const seen = async (fits: (buyer: Seen['buyer']) => boolean) =>
        eventually('is seen', async () => {
          const { buyer } = (await junho.rest('GET', at)).body as Seen;
          return fits(buyer) && buyer.nickname;
        });
      const renamed = (await minji.rest('PATCH', '/me', { nickname: '민지네' })).status;
      const name = await seen(({ nickname }) => nickname === '민지네');
      const refused = [
        told(await minji.rest('PUT', '/me/avatar', { imageId: 'none' })),
        told(await minji.rest('PUT', '/me/avatar', {})),
      ];
      const gone = await minji.rest('DELETE', '/me/avatar');
      return [renamed, name, refused, gone, await seen(({ avatar }) => !avatar)];
    });

    plays('what a person sells is listed for others, without what is hidden', async (scene) => {
      const { minji, junho } = await stageOf(scene);
      const { seller, listingId } = scene;
      const of = `/users/${seller.id}/listings`;
      const second = await junho.rest('POST', '/listings', {
        title: '책상',
        description: '',
        price: 50_000,
        category: 'furniture',
      });
      const { id } = second.body as { id: string };
      const seen = async (path: string) => told(await minji.rest('GET', path));
      const first = await seen(`${of}?limit=1`);
      const { nextCursor } = (await minji.rest('GET', `${of}?limit=1`)).body as {
        nextCursor: string;
      };
      const cursor = encodeURIComponent(nextCursor);
      const pages = [
        first,
        await seen(`${of}?limit=1&cursor=${cursor}`),
        (await minji.rest('GET', `${of}?state=sold&cursor=${cursor}`)).status,
      ];
      await junho.rest('POST', `/listings/${id}/state`, { state: 'hidden' });
      await junho.rest('POST', `/listings/${listingId}/state`, { state: 'sold' });
      const after = [
        await seen(of),
        await seen(`${of}?state=onSale`),
        await seen(`${of}?state=sold`),
      ];
      await junho.rest('PUT', `/me/blocks/${scene.buyer.id}`);
      return [pages, after, await seen(of), await seen('/users/nobody/listings')];
    });
  });
}
