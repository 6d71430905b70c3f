import { describe } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { stageOf } from './endings.js';
import { told, type Plays } from './plays.js';

const password = 'correct horse battery';

/** What people do with their own account. */
export function accounts(plays: Plays): void {
  describe('Accounts', () => {
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
