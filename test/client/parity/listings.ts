import { describe } from '@jest/globals';
import { stageOf } from './endings.js';
import { told, type Plays } from './plays.js';

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
  });
}
