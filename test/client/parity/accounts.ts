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
  });
}
