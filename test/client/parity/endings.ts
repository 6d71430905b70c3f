import { describe } from '@jest/globals';
import { intent, type RawDevice } from '../../support/stage.js';
import { codeOf, told, type Plays, type Scene } from './plays.js';

/** What is left when a conversation ends: blocked, left, and taken up again. */
export function endings(plays: Plays): void {
  describe('When a conversation ends', () => {
    plays('what was sent before is answered as before, and nothing new is taken', async (scene) => {
      const { minji, junho, say, offer } = await stageOf(scene);
      const first = say('아직 있나요?');
      const made = offer(80_000);
      const before = [
        await minji.ask('message:send', first),
        await minji.ask('offer:make', made),
        await junho.rest('PUT', `/me/blocks/${scene.buyer.id}`),
      ];
      return [
        before,
        await minji.ask('message:send', first),
        codeOf(await minji.ask('message:send', { ...first, text: '다른 말' })),
        codeOf(await minji.ask('message:send', say('안녕하세요?'))),
        codeOf(await junho.ask('message:send', say('안녕하세요?'))),
        codeOf(await minji.ask('offer:make', made)),
        codeOf(await minji.ask('offer:make', { ...made, amount: 70_000 })),
        codeOf(await minji.ask('offer:make', offer(70_000))),
        await junho.rest('DELETE', `/me/blocks/${scene.buyer.id}`),
        codeOf(await minji.ask('message:send', say('다시 안녕하세요?'))),
      ];
    });

    plays('a block closes the offer that was open, and nobody can act on it', async (scene) => {
      const { minji, junho, offer, log } = await stageOf(scene);
      const made = await minji.ask('offer:make', offer(80_000));
      const { id } = (made.data as { offer: { id: string } }).offer;
      await junho.rest('PUT', `/me/blocks/${scene.buyer.id}`);
      const respond = (action: string, more: object = {}) => ({
        offerId: id,
        action,
        version: 1,
        clientMessageId: intent(),
        ...more,
      });
      return [
        codeOf(await junho.ask('offer:respond', respond('accept', { amount: 80_000 }))),
        codeOf(await junho.ask('offer:respond', respond('decline'))),
        codeOf(await minji.ask('offer:respond', respond('withdraw'))),
        told(await minji.rest('GET', `/offers/${id}`)),
        told(await junho.rest('GET', `/listings/${scene.listingId}`)),
        await log(minji),
      ];
    });

    plays(
      'who leaves says so in the log, closes the offer, and is back with a word',
      async (scene) => {
        const { minji, junho, say, offer, log } = await stageOf(scene);
        await minji.ask('message:send', say('아직 있나요?'));
        const made = await minji.ask('offer:make', offer(80_000));
        const { id } = (made.data as { offer: { id: string } }).offer;
        const left = await minji.rest('DELETE', `/conversations/${scene.conversationId}/me`);
        const accept = {
          offerId: id,
          action: 'accept',
          amount: 80_000,
          version: 1,
          clientMessageId: intent(),
        };
        return [
          left,
          told(await minji.rest('DELETE', `/conversations/${scene.conversationId}/me`)),
          told(await minji.rest('GET', `/conversations/${scene.conversationId}`)),
          codeOf(await junho.ask('offer:respond', accept)),
          codeOf(await junho.ask('message:send', say('안녕하세요?'))),
          told(await minji.rest('GET', '/conversations')),
          told(await junho.rest('GET', `/offers/${id}`)),
          await log(junho),
          told(await minji.rest('POST', '/conversations', { listingId: scene.listingId })),
          codeOf(await minji.ask('message:send', say('다시 왔어요'))),
          await log(junho),
        ];
      },
    );

    plays('what is read after the end stays with who read it', async (scene) => {
      const { minji, junho, say } = await stageOf(scene);
      const { buyer, conversationId } = scene;
      const at = `/conversations/${conversationId}`;
      const reads = { conversationId, seq: 1 };
      await minji.ask('message:send', say('아직 있나요?'));
      await junho.settles(conversationId, 1);
      await junho.rest('PUT', `/me/blocks/${buyer.id}`);
      return [
        await junho.ask('receipt:read', reads),
        told(await junho.rest('GET', at)),
        told(await minji.rest('GET', at)),
        await junho.rest('DELETE', `/me/blocks/${buyer.id}`),
        told(await minji.rest('GET', at)),
      ];
    });

    plays('who was away sees by the next catch-up that a conversation is closed', async (scene) => {
      const { minji, junho, say } = await stageOf(scene);
      const { buyer, conversationId } = scene;
      await minji.ask('message:send', say('아직 있나요?'));
      await minji.settles(conversationId, 1);
      const pull = async (more: object) => {
        const known = [{ conversationId, seq: 1 }];
        const { data } = await minji.ask('sync:pull', { known, ...more });
        return data as { cursor: string; conversations: { closed: boolean }[] };
      };
      const { cursor } = await pull({});
      await junho.rest('PUT', `/me/blocks/${buyer.id}`);
      const { conversations } = await pull({ cursor });
      return conversations.map(({ closed }) => closed);
    });

    plays('who takes a conversation that they left out of the archive is back', async (scene) => {
      const { minji, junho, say } = await stageOf(scene);
      const own = `/conversations/${scene.conversationId}/me`;
      await minji.ask('message:send', say('아직 있나요?'));
      await minji.rest('DELETE', own);
      return [
        codeOf(await junho.ask('message:send', say('네'))),
        told(await minji.rest('PATCH', own, { archived: false })),
        codeOf(await junho.ask('message:send', say('네'))),
        told(await minji.rest('GET', '/conversations')),
      ];
    });

    plays('people who are blocked see nothing of each other', async (scene) => {
      const { minji, junho, say } = await stageOf(scene);
      await minji.ask('message:send', say('아직 있나요?'));
      await junho.settles(scene.conversationId, 1);
      const { buyer, seller } = scene;
      const watch = (device: RawDevice, userId: string) =>
        device.ask('presence:watch', { userIds: [userId] });
      const before = [await watch(minji, seller.id), await watch(junho, buyer.id)];
      const blocked = await junho.rest('PUT', `/me/blocks/${buyer.id}`);
      return [
        before,
        [blocked.status, told(await junho.rest('GET', '/me/blocks'))],
        [await watch(minji, seller.id), await watch(junho, buyer.id)],
        told(await minji.rest('POST', '/conversations', { listingId: scene.listingId })),
        told(await minji.rest('PUT', `/me/blocks/${buyer.id}`)),
        told(await minji.rest('PUT', '/me/blocks/no-such-person')),
        await junho.rest('DELETE', `/me/blocks/${buyer.id}`),
        await junho.rest('DELETE', `/me/blocks/${buyer.id}`),
        told(await junho.rest('GET', '/me/blocks')),
        [await watch(minji, seller.id), await watch(junho, buyer.id)],
      ];
    });
  });
}

/** The two people's devices, and the words of their requests. */
export async function stageOf(scene: Scene) {
  const { buyer, seller, conversationId } = scene;
  const [minji, junho] = await Promise.all([scene.raw(buyer), scene.raw(seller)]);
  const say = (text: string) => ({ conversationId, clientMessageId: intent(), text });
  const offer = (amount: number) => ({ conversationId, clientMessageId: intent(), amount });
  const log = async (device: RawDevice) =>
    told(await device.rest('GET', `/conversations/${conversationId}/messages?afterSeq=0`));
  return { minji, junho, say, offer, log };
}
