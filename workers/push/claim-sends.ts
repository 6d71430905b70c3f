import type { RowPositions, Rows } from '../../src/conversations/index.js';
import type { Claim, DeliveryKey, KnownDevice } from '../../src/notifications/index.js';
import { notificationFor, type PushContent } from './notification.js';
import type { PushParts } from './push-parts.js';
import type { Look } from './second-look.js';
import type { Sound } from './sound.js';

type Deps = PushParts & { sound: Sound };

/** One device that is to get a notification. */
interface Wanted {
  look: Look;
  device: KnownDevice;
  content: PushContent;
}

/**
 * Claims each device of each look and renders its notification. It then reads the read positions once more. Somebody who
 * reads after that finds in the row that they were told, and so their other devices take the notification away.
 */
export async function claimSends(deps: Deps, looks: Look[], now: Date): Promise<void> {
  const contents = await contentsOf(deps, looks, now);
  const wanted = looks.flatMap((look, index) =>
    look.devices.map((device): Wanted => ({ look, device, content: contents[index]! })),
  );
  const places = looks.flatMap(({ parts }) =>
    parts.map(({ key: { recipientId: userId, ...place } }) => ({ userId, ...place })),
  );
  const [claims] = await Promise.all([
    deps.deliveries.claim(wanted.map(keyOf), now),
    deps.inbox.notePushed(places),
  ]);
  wanted.forEach((one, index) => note(one, claims[index]!, now));
  await dropWhatWasReadMeanwhile(deps, looks, await deps.inbox.positionsOf(places));
}

function keyOf({ content, device }: Wanted): DeliveryKey {
  const { prefix, recipientId, entries } = content;
  const only = entries.length === 1 ? entries[0] : undefined;
  return {
    id: prefix + device.key,
    conversationId: only?.conversationId ?? null,
    seq: only?.seq ?? null,
    recipientId,
    deviceKey: device.key,
    provider: device.provider,
  };
}

async function contentsOf(deps: Deps, looks: Look[], now: Date): Promise<PushContent[]> {
  const [unread, profiles, sounds] = await Promise.all([
    deps.unread([...new Set(looks.map(({ asked }) => asked.recipientId))], now),
    deps.users.profilesOf(looks.flatMap(({ parts }) => parts.map(({ row }) => row.otherId))),
    deps.sound(looks.map(({ parts }) => parts.at(-1)!.key)),
  ]);
  // The rows do not yet know of the entries that are being told now.
  for (const { asked, parts } of looks)
    for (const { key } of parts) unread.get(asked.recipientId)!.add(key.conversationId);
  return looks.map(({ asked: { recipientId, prefix }, parts }, index) => ({
    recipientId,
    prefix,
    entries: parts.map(({ entry }) => entry),
    name: parts.length === 1 ? profiles.get(parts[0]!.row.otherId)?.nickname : undefined,
    preview: parts.every(({ preview }) => preview),
    badge: unread.get(recipientId)!.size,
    sound: sounds[index]!,
  }));
}

function note({ look, device, content }: Wanted, claim: Claim, now: Date): void {
  if (claim.is === 'over') look.over.push(claim.state);
  if (claim.is === 'held') look.heldMs = Math.max(look.heldMs ?? 0, claim.ms);
  if (claim.is !== 'mine') return;
  const notification = notificationFor(content, device, now);
  const { id } = notification;
  look.sends.push({ claim: { id, holder: claim.holder, at: now }, device, notification });
}

async function dropWhatWasReadMeanwhile(
  { deliveries }: Deps,
  looks: Look[],
  rows: Rows<RowPositions>,
): Promise<void> {
  const givenBack: Look['sends'] = [];
  for (const look of looks) {
    look.parts = look.parts.filter(({ key }) => {
      const isRead = (rows.get(key.recipientId, key.conversationId)?.readSeq ?? 0) >= key.seq;
      if (isRead) look.dropped.push({ ...key, is: 'read' });
      return !isRead;
    });
    if (look.parts.length > 0) continue;
    givenBack.push(...look.sends);
    look.sends = [];
    look.heldMs = undefined;
  }
  await deliveries.settle(givenBack.map(({ claim }) => claim));
}
