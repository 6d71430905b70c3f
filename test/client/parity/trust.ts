import { describe } from '@jest/globals';
import { stageOf } from './endings.js';
import { told, type Plays } from './plays.js';

/** What keeps people safe from each other. */
export function trust(plays: Plays): void {
  describe('Trust', () => {
    plays('people, listings and messages are reported once, and never one’s own', async (scene) => {
      const { minji, junho, say } = await stageOf(scene);
      const sent = await minji.ask('message:send', say('안녕하세요'));
      const { id } = (sent.data as { message: { id: string } }).message;
      const report = (targetType: string, targetId: string, more: object = {}) => ({
        targetType,
        targetId,
        reason: 'fraud',
        ...more,
      });
      const listing = report('listing', scene.listingId, { note: ' 사진이 도용됐어요 ' });
      const asks = async (device: typeof minji, body: object) => {
        const answer = await device.rest('POST', '/reports', body);
        // The ids of messages and people differ from stage to stage.
        const { targetId: _, ...shown } = (answer.body ?? {}) as { targetId?: string };
        return told({ ...answer, body: shown });
      };
      return [
        await asks(minji, listing),
        await asks(minji, { ...listing, reason: 'spam' }),
        await asks(junho, listing),
        await asks(junho, report('message', id)),
        await asks(minji, report('message', id)),
        await asks(minji, report('user', scene.seller.id)),
        await asks(minji, report('user', 'nobody-here')),
        await asks(minji, report('user', scene.seller.id, { by: 'x' })),
      ];
    });

    plays(
      'a lure is told to the other side alone, once, and the logs have no hole',
      async (scene) => {
        const { minji, junho, say, log } = await stageOf(scene);
        await minji.ask('message:send', say('아직 있나요?'));
        await junho.ask('message:send', say('선입금 하시면 택배로 보내드려요'));
        await junho.ask('message:send', say('카톡으로 연락 주세요, 선입금이요'));
        const at = `/conversations/${scene.conversationId}`;
        return [
          await log(minji),
          await log(junho),
          told(await minji.rest('GET', at)),
          told(await junho.rest('GET', at)),
        ];
      },
    );
  });
}
