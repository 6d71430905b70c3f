import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { ImageCommands } from './index.js';

/** An image may be taken back, so that copies must not live long; its bytes never change. */
const cacheSeconds = 300;

export function mountImages(door: RestDoor, commands: ImageCommands): void {
  door
    .on(endpoints.uploadImage, async ({ actor, file }) => ({
      body: await commands.upload(actor, file),
    }))
    .on(endpoints.getImage, async ({ params }) => ({
      file: { bytes: await commands.get(params.id, params.variant), cacheSeconds },
    }));
}
