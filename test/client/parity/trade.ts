import { describe } from '@jest/globals';
import { intent, type RawDevice } from '../../support/stage.js';
import { stageOf } from './endings.js';
import { codeOf, told, type Plays, type Scene } from './plays.js';

/** One for both plays, which may lie minutes apart: texts name the time of an appointment. */
const asked = Date.now();

/** Offers and what comes of them: deadlines, deals, appointments, reviews. */
export function trade(plays: Plays): void {
  describe('Trade', () => {
    plays('an offer is open for its hours, and for the night if they end in it', async (scene) => {
      const { minji, offer } = await stageOf(scene);
      const { data } = await minji.ask('offer:make', offer(80_000));
      const made = (data as { offer: { expiresAt: string; moves: { at: string }[] } }).offer;
      const open = Date.parse(made.expiresAt) - Date.parse(made.moves[0]!.at);
      // The deadline is at a whole minute when the night moves it; both stages may stand on two sides of one.
      return Math.round(open / 600_000);
    });

    plays('an accepted offer is a deal, which is completed and reviewed by both', async (scene) => {
      const { minji, junho, log } = await stageOf(scene);
      const dealId = await agreed(scene, minji, junho);
      const at = `/deals/${dealId}`;
      const review = { rating: 'great', tags: ['friendly'], clientMessageId: intent() };
      return [
        told(await minji.rest('GET', at)),
        told(await junho.rest('GET', '/me/deals')),
        told(await junho.rest('GET', '/me/deals?role=buyer')),
        told(await junho.rest('GET', '/me/deals?role=seller&state=all')),
        told(await junho.rest('GET', '/me/deals?state=toReview')),
        told(await minji.rest('POST', `${at}/reviews`, review)),
        told(await minji.rest('POST', `${at}/complete`, { version: 9 })),
        told(await minji.rest('POST', `${at}/complete`, { version: 1 })),
        told(await junho.rest('POST', `${at}/complete`, {})),
        told(await junho.rest('POST', `${at}/cancel`, { reason: 'changedMind' })),
        told(await minji.rest('POST', `${at}/reviews`, review)),
        told(await minji.rest('POST', `${at}/reviews`, review)),
        told(await minji.rest('POST', `${at}/reviews`, { ...review, rating: 'good' })),
        told(await minji.rest('POST', `${at}/reviews`, { rating: 'bad', tags: ['friendly'] })),
        told(await junho.rest('GET', at)),
        told(await junho.rest('GET', '/me/deals?state=toReview')),
        told(await minji.rest('GET', '/me/deals?state=toReview')),
        told(await junho.rest('GET', `/users/${scene.seller.id}/reviews`)),
        told(await junho.rest('POST', `${at}/reviews`, { rating: 'good', tags: [] })),
        told(await junho.rest('GET', `/users/${scene.seller.id}/reviews`)),
        told(await junho.rest('GET', '/me/deals?state=ended')),
        await log(minji),
      ];
    });

    plays('an appointment is proposed, changed and confirmed by the other side', async (scene) => {
      const { minji, junho, log } = await stageOf(scene);
      const at = `/deals/${await agreed(scene, minji, junho)}`;
      const meeting = (hours: number) => ({
        at: new Date(asked + hours * 3_600_000).toISOString(),
        place: { name: '서울숲 2번 출구' },
      });
      const manner = async () => {
        const { body } = await minji.rest('GET', `/users/${scene.seller.id}`);
        const { temperature, manner } = body as { temperature: number; manner: { counts: object } };
        return [temperature, manner.counts];
      };
      return [
        told(await minji.rest('PUT', `${at}/appointment`, meeting(30))),
        told(await minji.rest('POST', `${at}/appointment/confirm`, {})),
        told(await junho.rest('PUT', `${at}/appointment`, meeting(2))),
        told(await minji.rest('POST', `${at}/appointment/confirm`, { appointmentVersion: 1 })),
        told(await minji.rest('POST', `${at}/appointment/confirm`, { appointmentVersion: 2 })),
        told(await minji.rest('PUT', `${at}/appointment`, meeting(-1))),
        told(await minji.rest('POST', `${at}/no-show`, {})),
        told(await junho.rest('POST', `${at}/keep`, {})),
        told(await junho.rest('POST', `${at}/cancel`, { reason: 'changedMind' })),
        // So late it counts against who called it off.
        await manner(),
        told(await junho.rest('GET', `/listings/${scene.listingId}`)),
        await log(minji),
      ];
    });

    plays(
      'a deal is for its two people, and one that is called off frees the listing',
      async (scene) => {
        const { minji, junho, offer } = await stageOf(scene);
        const stranger = await scene.raw(await scene.stage.person('지훈'));
        const at = `/deals/${await agreed(scene, minji, junho)}`;
        const another = codeOf(await minji.ask('offer:make', offer(70_000)));
        const asked = await stranger.ask('conversation:open', { listingId: scene.listingId });
        return [
          another,
          codeOf(asked),
          told(await stranger.rest('GET', at)),
          told(await stranger.rest('GET', '/deals/no-such-deal')),
          told(await stranger.rest('POST', `${at}/complete`, {})),
          told(await minji.rest('POST', `${at}/cancel`, { reason: 'changedMind' })),
          codeOf(await minji.ask('offer:make', offer(70_000))),
        ];
      },
    );
  });
}

/** An accepted offer; answers with the id of its deal. */
async function agreed(scene: Scene, minji: RawDevice, junho: RawDevice): Promise<string> {
  const { conversationId } = scene;
  const make = { conversationId, clientMessageId: intent(), amount: 80_000 };
  const { data } = await minji.ask('offer:make', make);
  const { id } = (data as { offer: { id: string } }).offer;
  const accept = { action: 'accept', amount: 80_000, version: 1, clientMessageId: intent() };
  const answer = await junho.ask('offer:respond', { offerId: id, ...accept });
  return (answer.data as { offer: { dealId: string } }).offer.dealId;
}
