import { Refusal, endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';

/** What browsers need before they can subscribe: no secret, and the same for everybody. */
export function mountPushKey(door: RestDoor, publicKey: string | undefined): void {
  door.on(endpoints.getPushKey, () => {
    if (publicKey === undefined) throw new Refusal('NOT_FOUND');
    return Promise.resolve({ body: { publicKey } });
  });
}
