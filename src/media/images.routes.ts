import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { ImageCommands } from './index.js';

/** What a message shows may be taken back, so that copies must not live long. */
const brief = 'private, max-age=300';
/**
 * A listing is there for everybody, and its address names the content: whoever has it need not ask again. Caches that
 * many share do ask, so that they soon forget a photo that its seller took away.
 */
const lasting = 'public, max-age=31536000, s-maxage=300, immutable';

export function mountImages(door: RestDoor, commands: ImageCommands): void {
  door
    .reply(endpoints.uploadImage, ({ actor, file }) => commands.upload(actor, file))
    .reply(endpoints.setAvatar, ({ actor, body }) => commands.setAvatar(actor, body))
    .reply(endpoints.removeAvatar, ({ actor }) => commands.removeAvatar(actor))
    .reply(endpoints.beginUpload, ({ actor }) => commands.beginUpload(actor))
    .reply(endpoints.completeUpload, ({ actor, params }) =>
      commands.completeUpload(actor, params.id),
    )
    .on(endpoints.getImage, async ({ params, query }) => {
      const image = await commands.get(params.id, params.variant, query.v);
      return { file: { bytes: image.bytes, cacheControl: image.lasting ? lasting : brief } };
    });
}
