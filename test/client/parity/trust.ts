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
  });
}
